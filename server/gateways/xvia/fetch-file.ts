import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { asError, CerebroError } from '#server/lib/errors.ts';

export type Fetched = { readonly bytes: number; readonly sha256: string };

export type FetchLimits = {
  /** For one whole file. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
};

export type FileRequest = {
  readonly url: string;
  /** Must not exist yet. */
  readonly path: string;
  /** How the file is told to people: «el recurso 90001». */
  readonly shownAs: string;
  readonly mustBePdf: boolean;
  readonly limits: FetchLimits;
  readonly signal: AbortSignal;
};

const headBytes = 512;

/** Streams one file to the disk, hashing it on its way. @throws CerebroError, transient when asking again may help. */
export const fetchFile = async (request: FileRequest): Promise<Fetched> => {
  const timeout = AbortSignal.timeout(request.limits.timeoutMs);
  const signal = AbortSignal.any([timeout, request.signal]);
  try {
    const response = await fetch(request.url, { signal });
    judgeStatus(response.status, request);
    return await store(response, request);
  } catch (error) {
    if (error instanceof CerebroError) throw error;
    if (timeout.aborted) throw passing('intranet_lenta', `La intranet no terminó de enviar ${request.shownAs} a tiempo.`, error);
    throw passing('intranet_no_disponible', `La intranet no pudo enviar ${request.shownAs}: ${reasonOf(error)}.`, error);
  }
};

const passing = (code: string, sentence: string, cause?: unknown): CerebroError =>
  new CerebroError(code, sentence, { transient: true, ...(cause === undefined ? {} : { cause }) });

const final = (code: string, sentence: string): CerebroError => new CerebroError(code, sentence);

/** fetch hides what happened one level down. */
const reasonOf = (error: unknown): string => {
  const { cause, message } = asError(error);
  return cause instanceof Error ? cause.message || cause.name : message;
};

const expired = ({ shownAs }: FileRequest): CerebroError =>
  passing('sesion_caducada', `La intranet contestó con una página en lugar de ${shownAs}: la sesión ha caducado.`);

const judgeStatus = (status: number, request: FileRequest): void => {
  if (status === 200) return;
  if (status === 401 || status === 403 || status === 419) throw expired(request);
  if (status === 404 || status === 410) throw final('documento_no_encontrado', `La intranet no tiene ${request.shownAs}.`);
  const sentence = `La intranet contestó con un error ${status} al pedir ${request.shownAs}.`;
  if (status >= 500 || status === 408 || status === 429) throw passing('intranet_con_errores', sentence);
  throw final('documento_rechazado', sentence);
};

const store = async (response: Response, request: FileRequest): Promise<Fetched> => {
  const file = await open(request.path, 'wx');
  try {
    return await pour(response, file, request);
  } finally {
    await file.close();
  }
};

const pour = async (response: Response, file: FileHandle, request: FileRequest): Promise<Fetched> => {
  const hash = createHash('sha256');
  let bytes = 0;
  let head = Buffer.alloc(0);
  for await (const chunk of response.body ?? []) {
    if (head.length < headBytes) head = Buffer.concat([head, chunk]).subarray(0, headBytes);
    bytes += chunk.length;
    if (bytes > request.limits.maxBytes) throw tooBig(request);
    hash.update(chunk);
    await file.write(chunk);
  }
  judgeHead(head, response.headers.get('content-type') ?? '', request);
  return { bytes, sha256: hash.digest('hex') };
};

const tooBig = ({ shownAs, limits }: FileRequest): CerebroError =>
  final('documento_demasiado_grande', `La intranet envía ${shownAs} con más de ${Math.floor(limits.maxBytes / 1024 / 1024)} MB.`);

const judgeHead = (head: Buffer, type: string, request: FileRequest): void => {
  if (head.length === 0) throw passing('documento_vacio', `La intranet envió ${request.shownAs} sin contenido.`);
  const isPdf = head.subarray(0, 4).toString('latin1') === '%PDF';
  if (!isPdf && looksLikePage(head, type)) throw expired(request);
  if (!isPdf && request.mustBePdf) throw final('documento_no_valido', `Lo que la intranet envió como ${request.shownAs} no es un PDF.`);
};

const looksLikePage = (head: Buffer, type: string): boolean =>
  /^text\/html\b/i.test(type) || /^\s*<(!doctype html|html)\b/i.test(head.toString('utf8').replace(/^\uFEFF/, ''));
