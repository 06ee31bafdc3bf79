import { type Estado, isActive, isEnd } from './estados.ts';

/** Who tells how a run is. The conciliador's own guess is `inferido`. */
export type Origen = 'callback' | 'conciliador' | 'inferido' | 'manual' | 'lanzador';

/** What of a run changes while it lives, as it stands in its row. */
export type Run = {
  readonly estado: string;
  readonly fechaInicio: string;
  readonly fechaInicioReal: string | null;
  readonly fechaFin: string | null;
  readonly origen: string | null;
  readonly mensaje: string | null;
  readonly callbackInfo: string | null;
  readonly activityId: string | null;
  readonly ocurrenciaLibre: number;
  readonly noEncontrada: number;
  readonly vecesUnknown: number;
  readonly ultimoUnknownAt: string | null;
};

/** What somebody says of it; what is left out is not known to them. */
export type Report = {
  readonly estado: Estado;
  readonly origen: Origen;
  /** When A360 began. */
  readonly inicio?: string | null;
  /** When it ended, if they know; for UNKNOWN it closes the row all the same. */
  readonly fin?: string | null;
  readonly mensaje?: string | null;
  readonly callbackInfo?: string;
  readonly activityId?: string;
  /** What the bot gave back, where A360's list tells it; a callback brings it in its body. */
  readonly output?: Readonly<Record<string, unknown>>;
  /** Its failure opens the occurrence again. */
  readonly ocurrenciaLibre?: true;
};

/**
 * Who may replace whom: a real end stays for ever; one that was guessed, or closed without knowing, gives way to a real end only;
 * whatever is open takes what it is told (SAM.md 3.4). Pure.
 */
export const mayReplace = (run: Pick<Run, 'estado' | 'fechaFin'>, next: Estado): boolean => {
  if (isEnd(run.estado)) return false;
  return isEnd(next) || run.fechaFin === null;
};

/** The run after that report, told at `at`. Ask `mayReplace` first. Pure. */
export const afterReport = (run: Run, report: Report, at: string): Run => {
  const fechaFin = endOf(report, at);
  return {
    ...run,
    estado: report.estado,
    fechaInicioReal: report.inicio ?? run.fechaInicioReal ?? beganAround(run, report, at),
    fechaFin,
    origen: fechaFin === null ? null : report.origen,
    mensaje: report.mensaje || run.mensaje,
    callbackInfo: report.callbackInfo ?? run.callbackInfo,
    activityId: report.activityId ?? run.activityId,
    ocurrenciaLibre: report.ocurrenciaLibre ? 1 : run.ocurrenciaLibre,
    ...counters(run, report, at),
  };
};

const endOf = (report: Report, at: string): string | null => {
  if (isActive(report.estado)) return null;
  return report.fin ?? (report.estado === 'UNKNOWN' ? null : at);
};

/** A360's word at last shows that it ran: no later than now, and for one that is over no better guess than its launch. */
const beganAround = (run: Run, { origen, estado }: Report, at: string): string | null => {
  if (origen !== 'callback') return null;
  return isEnd(estado) ? run.fechaInicio : at;
};

/** Whoever has seen it ends the count of the times it was missing; UNKNOWN has a count of its own. */
const counters = (run: Run, { estado, origen }: Report, at: string): Pick<Run, 'noEncontrada' | 'vecesUnknown' | 'ultimoUnknownAt'> => {
  const { noEncontrada, vecesUnknown, ultimoUnknownAt } = run;
  if (origen !== 'callback' && origen !== 'conciliador') return { noEncontrada, vecesUnknown, ultimoUnknownAt };
  if (estado === 'UNKNOWN') return { noEncontrada: 0, vecesUnknown: vecesUnknown + 1, ultimoUnknownAt: at };
  if (isActive(estado)) return { noEncontrada: 0, vecesUnknown: 0, ultimoUnknownAt: null };
  return { noEncontrada: 0, vecesUnknown, ultimoUnknownAt };
};
