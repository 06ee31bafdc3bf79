import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CerebroError } from '#server/lib/errors.ts';
import { type FetchLimits, fetchFile } from './fetch-file.ts';
import { distinctNames, safeName } from './names.ts';
import type { PaperFile, Papers } from './papers.ts';

const usualLimits: FetchLimits = { timeoutMs: 60_000, maxBytes: 50 * 1024 * 1024 };
const checkTimeoutMs = 5_000;
/** Beside captures and the receipt, so that no attachment's name can stand in their way. */
const subfolder = 'documentos';

type Wanted = { readonly url: string; readonly name: string; readonly shownAs: string; readonly mustBePdf: boolean };

/** Papers by plain GET, as an intranet without login serves them (XVIA.md 1.5). `baseUrl` without a final slash. */
export const createPapers = (baseUrl: string, limits: FetchLimits = usualLimits): Papers => ({
  download: async ({ resourceId, attachments }, folder, signal) => {
    const wanted = listWanted(baseUrl, resourceId, attachments);
    const target = join(folder, subfolder);
    await mkdir(target, { recursive: true });
    try {
      return await downloadAll(wanted, target, limits, signal ?? new AbortController().signal);
    } catch (error) {
      await rm(target, { recursive: true, force: true });
      throw error;
    }
  },
  check: async () => {
    const { status } = await fetch(`${baseUrl}/`, { signal: AbortSignal.timeout(checkTimeoutMs), redirect: 'manual' }).catch((cause) => {
      throw new CerebroError('intranet_no_disponible', `La intranet no contesta en ${baseUrl}.`, { cause, transient: true });
    });
    if (status >= 500) throw new CerebroError('intranet_con_errores', `La intranet contesta con un error ${status}.`, { transient: true });
  },
});

const listWanted = (
  baseUrl: string,
  resourceId: string,
  attachments: readonly { readonly id: string; readonly filename: string }[],
): readonly Wanted[] => {
  const at = `${baseUrl}/servicio/recursos/expedientes`;
  const appeal: Wanted = {
    url: `${at}/pdf/${safeId(resourceId)}`,
    name: safeName(`recurso-${resourceId}.pdf`),
    shownAs: `el recurso ${resourceId}`,
    mustBePdf: true,
  };
  const others = attachments.map(
    ({ id, filename }): Wanted => ({
      url: `${at}/pdf-adjuntos/${safeId(id)}`,
      name: safeName(filename),
      shownAs: `el adjunto «${filename}»`,
      mustBePdf: filename.toLowerCase().endsWith('.pdf'),
    }),
  );
  const wanted = [appeal, ...others];
  const names = distinctNames(wanted.map((one) => one.name));
  return wanted.map((one, i) => ({ ...one, name: names[i] as string }));
};

/** Ids become part of an address: nothing that could lead elsewhere. */
const safeId = (id: string): string => {
  if (/^[\w-]{1,64}$/.test(id)) return id;
  throw new CerebroError('identificador_no_valido', `«${id}» no puede ser el identificador de un documento.`);
};

const atATime = 4;

/** All of them, a few at a time, in the order asked for. The first failure stops the others and waits for them. */
const downloadAll = async (
  wanted: readonly Wanted[],
  folder: string,
  limits: FetchLimits,
  signal: AbortSignal,
): Promise<readonly PaperFile[]> => {
  const failed = new AbortController();
  const files: PaperFile[] = [];
  const queue = wanted.entries();
  const worker = async (): Promise<void> => {
    for (const [i, one] of queue) {
      failed.signal.throwIfAborted();
      const path = join(folder, one.name);
      const both = AbortSignal.any([signal, failed.signal]);
      files[i] = { path, name: one.name, ...(await fetchFile({ ...one, path, limits, signal: both })) };
    }
  };
  const workers = Array.from({ length: atATime }, () =>
    worker().catch((error) => {
      // Only the first reason counts: those that follow are its echo.
      if (!failed.signal.aborted) failed.abort(error);
    }),
  );
  await Promise.all(workers);
  if (failed.signal.aborted) throw failed.signal.reason;
  return files;
};
