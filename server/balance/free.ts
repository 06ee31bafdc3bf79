import { link } from '#server/lib/tag.ts';
import type { BalanceEquipo } from './model.ts';

/** Equipos that may not be lent for one reason; `href` proves it where the list of equipos can, else some of them are named. */
export type NotLent = { readonly reason: string; readonly n: number; readonly href: string; readonly ids: readonly string[] };

export type Stock = {
  readonly free: readonly BalanceEquipo[];
  readonly lent: number;
  readonly leaving: number;
  readonly notLent: readonly NotLent[];
};

/** Filters of /equipos that show just those. */
const addresses: Readonly<Record<string, string>> = {
  'Los tiene una programación': link('/equipos', { asignacion: 'programado' }),
  'Reservados por una persona': link('/equipos', { asignacion: 'reservado' }),
  'En mantenimiento': link('/equipos', { activo: '0' }),
  'No conectados a A360': link('/equipos', { conectado: '0' }),
  'No admiten el reparto': link('/equipos', { balanceo: '0' }),
};

/** What is there to lend, and why the rest is not, most of them first. Pure. */
export const stockOf = (equipos: readonly BalanceEquipo[], programados: ReadonlySet<string>): Stock => {
  const lent = equipos.filter(({ robotId }) => robotId !== null);
  const others = equipos.filter(({ robotId, noApto }) => robotId === null && noApto !== null);
  const byReason = Map.groupBy(others, (equipo) => reasonOf(equipo, programados));
  return {
    free: equipos.filter(({ robotId, noApto }) => robotId === null && noApto === null),
    lent: lent.length,
    leaving: lent.filter(({ liberando }) => liberando).length,
    notLent: [...byReason]
      .map(([reason, some]) => ({ reason, n: some.length, href: addresses[reason] ?? '', ids: some.map(({ equipoId }) => equipoId) }))
      .sort((a, b) => b.n - a.n || (a.reason < b.reason ? -1 : 1)),
  };
};

/** Sentences of one equipo, as what many of them are. */
const plurals: readonly (readonly [begins: string, many: string])[] = [
  ['El equipo está en mantenimiento', 'En mantenimiento'],
  ['El equipo ya no está en A360', 'Ya no están en A360'],
  ['El equipo no está conectado', 'No conectados a A360'],
  ['El equipo no tiene usuario', 'Sin usuario de A360'],
  ['El usuario del equipo está deshabilitado', 'Con el usuario deshabilitado en A360'],
  ['El usuario del equipo no tiene licencia', 'Sin licencia válida'],
  ['El equipo no admite el reparto', 'No admiten el reparto'],
  ['El equipo está suspendido', 'Suspendidos'],
  ['Su pool está apagado', 'De un pool apagado'],
];

const reasonOf = ({ equipoId, fijo, noApto }: BalanceEquipo, programados: ReadonlySet<string>): string => {
  if (fijo) return programados.has(equipoId) ? 'Los tiene una programación' : 'Reservados por una persona';
  const reason = noApto ?? '';
  return plurals.find(([begins]) => reason.startsWith(begins))?.[1] ?? reason;
};
