import type { Format } from '#server/lib/format.ts';
import { isSuccess } from './estados.ts';
import type { RunRow } from './find-runs.ts';
import { originWord } from './words.ts';

type Remarks = { readonly delayed: boolean; readonly orphan: boolean };
type Verdict = {
  readonly tone: string;
  readonly icon: string;
  readonly title: string;
  readonly findings: readonly { readonly sentence: string }[];
};

const verdict = (tone: string, icon: string, title: string, ...todo: string[]): Verdict => ({
  ...{ tone, icon, title },
  findings: todo.filter((sentence) => sentence !== '').map((sentence) => ({ sentence })),
});

/** How that run goes and, if it does not go well, what to do. */
export const judgeRun = (run: RunRow, remarks: Remarks, format: Format): Verdict =>
  run.fecha_fin === null ? judgeOpen(run, remarks, format) : judgeEnded(run);

const judgeOpen = (run: RunRow, { delayed, orphan }: Remarks, format: Format): Verdict => {
  const since = format.instant(run.fecha_inicio_real ?? run.fecha_inicio)?.relative ?? '';
  if (run.fase !== null) return verdict('bien', 'marcha', 'La lleva un robot de este servidor', 'Su trámite dice por qué paso va.');
  if (run.parada_pedida_at !== null)
    return verdict('espera', 'reloj', 'Se ha pedido que pare: falta que A360 lo confirme', 'Si A360 ya no la tiene, desbloquéela.');
  if (run.estado === 'UNKNOWN')
    return verdict('ojo', 'duda', 'A360 no sabe decir cómo va', 'Mire el equipo: si el robot ya no está en marcha, desbloquéela.');
  if (run.no_encontrada > 0) return verdict('ojo', 'duda', 'A360 no la encuentra', 'Si sigue sin encontrarla, se dará por terminada sola.');
  if (delayed)
    return verdict(
      'ojo',
      'aviso',
      `Va con retraso: empezó ${since}`,
      'Mire el equipo. Si el robot está atascado, párela; si allí no hay nada en marcha, desbloquéela.',
    );
  if (orphan)
    return verdict(
      'ojo',
      'aviso',
      `Huérfana: espera en la cola de A360, se lanzó ${since}`,
      'Mire si el equipo está encendido y conectado a A360. Si no va a empezar, párela.',
    );
  return verdict('bien', 'marcha', 'Todo va bien: está abierta', '');
};

const inferred = 'A360 ya no la conoce y se da por terminada';
const ends: Readonly<Record<string, readonly [tone: string, icon: string, title: string, todo: string]>> = {
  RUN_FAILED: ['mal', 'fallo', 'Falló', 'Mire en A360 qué le pasó al bot. Se volverá a lanzar cuando le toque.'],
  RUN_ABORTED: ['ojo', 'quieto', 'Quedó interrumpida', 'Se volverá a lanzar cuando le toque.'],
  RUN_TIMED_OUT: ['mal', 'fallo', 'Se le acabó el tiempo', 'Mire en A360 en qué se quedó el bot.'],
  DEPLOY_FAILED: ['mal', 'fallo', 'No se lanzó', 'El lanzador dice si algo quedó suspendido.'],
  COMPLETED_INFERRED: ['nada', 'duda', inferred, 'No consta cómo acabó: compruebe el resultado si importa.'],
  UNKNOWN: ['ojo', 'duda', 'No se sabe cómo acabó', 'A360 no supo decirlo nunca: compruebe el resultado.'],
};

const judgeEnded = (run: RunRow): Verdict => {
  if (isSuccess(run.estado)) return verdict('bien', 'hecho', `Terminó bien${run.origen === null ? '' : ` (${originWord(run.origen)})`}`);
  const [tone, icon, title, todo] = ends[run.estado] ?? ['nada', 'duda', 'Terminada', ''];
  return verdict(tone, icon, title, run.mensaje ?? '', todo);
};
