import { z } from 'zod';
import type { Deps } from '#server/deps.ts';
import type { PoolTask } from '#server/gateways/pool/pool.ts';
import type { PaperFile } from '#server/gateways/xvia/papers.ts';
import { CerebroError } from '#server/lib/errors.ts';
import { maySubmit, startUrl } from '#server/robots/rules.ts';
import type { OpenedAttempt } from './open.ts';
import type { Given } from './rules.ts';
import { taskDigest } from './task-digest.ts';

type PrepareDeps = Pick<Deps, 'papers' | 'evidence' | 'config' | 'log'>;

/** What the robot gets. */
export type Prepared = { readonly task: PoolTask; readonly given: Given };

/**
 * Everything an attempt needs before a browser opens: fields from the payload, papers on the disk, both validated.
 * @throws CerebroError; `transient` tells whether another attempt may have more luck.
 */
export const prepare = async (deps: PrepareDeps, attempt: OpenedAttempt, signal: AbortSignal): Promise<Prepared> => {
  const { tramite, servable, ejecucionId } = attempt;
  const expediente = requireExpediente(tramite.expediente);
  const fields = fillForm(deps, attempt);
  const evidenceFolder = await deps.evidence.open(tramite.id, tramite.attempt);
  const files = await fetchPapers(deps, attempt, { folder: evidenceFolder, signal });
  const given = judgeGiven(tramite, taskDigest({ fields, files }));
  const task: PoolTask = {
    tramiteId: tramite.id,
    ejecucionId,
    attempt: tramite.attempt,
    resourceId: tramite.resourceId,
    expediente,
    robot: servable.form.robot,
    fields,
    files,
    startUrl: startUrl(servable, tramite.urlDirecta),
    origins: servable.origins,
    submit: maySubmit(servable.modo, tramite.approved) && !given.approvalStale,
    evidenceFolder,
    ...certificateOf(deps.config),
  };
  return { task, given };
};

/** An approval is for what was seen. One that says nothing of it (given by SQL, or before it was written down) is for anything. */
const judgeGiven = ({ approved, approvedDigest }: OpenedAttempt['tramite'], digest: string): Given => ({
  digest,
  approvalStale: approved && approvedDigest !== null && approvedDigest !== digest,
});

const final = (code: string, sentences: readonly string[]): CerebroError => new CerebroError(code, sentences.join(' '));

const requireExpediente = (expediente: string | null): string => {
  const text = String(expediente ?? '').trim();
  if (text === '') throw final('expediente_vacio', ['El trámite no tiene expediente.']);
  return text;
};

const fillForm = ({ log }: PrepareDeps, { tramite, servable }: OpenedAttempt): unknown => {
  const filled = servable.form.fill(tramite.payload, servable.parametros);
  if (!filled.ok) throw final(filled.code, filled.problems);
  if (filled.warnings.length > 0) log.warn({ tramite: tramite.id, avisos: filled.warnings }, 'el formulario se rellena con avisos');
  return filled.fields;
};

const adjuntos = z.array(z.object({ id: z.coerce.string().min(1), filename: z.string().min(1) })).default([]);

const fetchPapers = async (
  { papers }: PrepareDeps,
  { tramite, servable }: OpenedAttempt,
  { folder, signal }: { folder: string; signal: AbortSignal },
): Promise<readonly PaperFile[]> => {
  if (!papers) throw new CerebroError('sin_intranet', 'Falta XVIA_URL: no se pueden descargar los documentos.', { transient: true });
  const attachments = adjuntos.safeParse(tramite.payload.adjuntos ?? undefined);
  if (!attachments.success) throw final('adjuntos_no_validos', ['La lista de adjuntos del trámite no se puede leer.']);
  const files = await papers.download({ resourceId: tramite.resourceId, attachments: attachments.data }, folder, signal);
  const problems = servable.form.checkFiles(files);
  if (problems.length > 0) throw final('documentos_no_validos', problems);
  return files;
};

const certificateOf = (config: PrepareDeps['config']): Pick<PoolTask, 'certificate'> =>
  config.CERTIFICADO_PFX === undefined
    ? {}
    : { certificate: { pfxPath: config.CERTIFICADO_PFX, passphrase: config.CERTIFICADO_PASSWORD ?? '' } };
