import { errors } from 'playwright-core';
import { asError, CerebroError } from '#server/lib/errors.ts';

/** A failure a robot decided about: a Spanish slug, a Spanish sentence, and whether asking the portal again may help. */
export class RobotFailure extends CerebroError {}

/** The portal will say the same tomorrow: a person must look. */
export const finalFailure = (code: string, sentence: string): RobotFailure => new RobotFailure(code, sentence);

/** The portal, the network or the browser failed this time. */
export const passingFailure = (code: string, sentence: string, cause?: unknown): RobotFailure =>
  new RobotFailure(code, sentence, { transient: true, ...(cause === undefined ? {} : { cause }) });

export type Failure = { readonly code: string; readonly message: string; readonly transient: boolean };

/** Anything thrown while a step walked, as a word, a sentence and whether to try again. */
export const classify = (thrown: unknown, browserConnected: boolean): Failure => {
  if (thrown instanceof CerebroError) return { code: thrown.code, message: thrown.message, transient: thrown.transient };
  const first = firstLine(thrown);
  if (isOfThisMachine(thrown))
    return { code: 'maquina_sin_recursos', message: `Esta máquina no pudo guardar lo que hacía falta (${first}).`, transient: true };
  if (!browserConnected || /browser has been closed|crashed/i.test(first))
    return { code: 'navegador_caido', message: `El navegador se cayó a mitad del trabajo (${first}).`, transient: true };
  if (/net::ERR_CERT|net::ERR_SSL/.test(first))
    return { code: 'certificado_rechazado', message: `La conexión segura con la sede ha fallado (${first}).`, transient: true };
  if (/net::ERR_/.test(first)) return { code: 'portal_no_responde', message: `La sede no responde (${first}).`, transient: true };
  if (thrown instanceof errors.TimeoutError)
    return { code: 'portal_lento', message: `La sede no mostró a tiempo lo que se esperaba (${waitedFor(thrown)}).`, transient: true };
  return { code: 'error_del_robot', message: `El robot encontró algo que no esperaba (${first}).`, transient: false };
};

const shortages: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EMFILE', 'ENFILE', 'ENOMEM', 'EROFS']);

/** The disk, the database or the handles of this machine failed, not the portal and not the trámite. */
const isOfThisMachine = (thrown: unknown): boolean => {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  return shortages.has(code) || /^SQLITE_(FULL|IOERR|CANTOPEN|READONLY|BUSY|NOMEM)/.test(code);
};

const firstLine = (thrown: unknown): string => {
  return (asError(thrown).message.split('\n')[0] ?? '').slice(0, 300);
};

/** Playwright writes under its message what it was waiting for. */
const waitedFor = (error: Error): string => /waiting for .+/.exec(error.message)?.[0]?.slice(0, 300) ?? firstLine(error);
