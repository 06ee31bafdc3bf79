import type { Format } from '#server/lib/format.ts';
import { nothingYet, type Tag, tooNarrow } from '#server/lib/tag.ts';
import { type LogLine, lookedBytes, mostLines } from './log-search.ts';

const levelTags: Readonly<Record<number, Tag>> = {
  20: { word: 'debug', icon: 'documento', tone: 'nada' },
  30: { word: 'info', icon: 'documento', tone: 'nada' },
  40: { word: 'warn', icon: 'aviso', tone: 'ojo' },
  50: { word: 'error', icon: 'fallo', tone: 'mal' },
  60: { word: 'fatal', icon: 'fallo', tone: 'mal' },
};

/** `/sistema/registros`. */
export const presentLines = (lines: readonly LogLine[], text: string, format: Format) => ({
  title: 'Registros',
  text,
  lines: lines.map((line) => presentLine(line, format)),
  empty:
    text === ''
      ? nothingYet('documento', 'No hay líneas', 'Los registros están vacíos, o con el detalle en «silent».')
      : tooNarrow('Ninguna de las líneas miradas dice eso: puede estar en un archivo más antiguo.', '/sistema/registros'),
  looked: `Se miran los últimos ${lookedBytes / 1024 ** 2} MB de cada registro y se enseñan ${mostLines} líneas como mucho, la más reciente al final.`,
});

/** What it belongs to leads to the rest of its lines. */
const threads = { ciclo: 'ciclo', peticion: 'petición', tramite: 'trámite', ejecucion: 'ejecución', referencia: 'referencia' } as const;
const apart = new Set<string>(['time', 'level', 'msg', 'err', 'room', ...Object.keys(threads)]);

const presentLine = ({ part, fields }: LogLine, format: Format) => {
  const rest = Object.fromEntries(Object.entries(fields).filter(([key]) => !apart.has(key)));
  const { time, level, msg, room, err } = fields;
  return {
    at: typeof time === 'number' ? format.instant(new Date(time).toISOString()) : null,
    level: levelTags[Number(level)] ?? { word: String(level ?? '—'), icon: 'aviso', tone: 'nada' },
    ...{ part, room: room === undefined ? '' : String(room), says: String(msg ?? '') },
    threads: Object.entries(threads).flatMap(([key, name]) => {
      const value = String(fields[key] ?? '');
      return value === '' ? [] : [{ name, value, href: `/sistema/registros?${new URLSearchParams({ q: value })}` }];
    }),
    rest: Object.keys(rest).length === 0 ? '' : JSON.stringify(rest),
    error: err === undefined ? '' : stackOf(err),
  };
};

const stackOf = (err: unknown): string => {
  const { stack, message } = (err ?? {}) as Readonly<Record<string, unknown>>;
  return String(stack ?? message ?? JSON.stringify(err));
};
