import type { Difference } from './check.ts';
import type { Facts } from './facts.ts';
import type { Kill } from './plan.ts';
import { type PointName, told } from './points.ts';

export const nameOf = (kill: Kill): string => (kill.kind === 'punto' ? kill.point : `al azar (${kill.kind})`);

/** What the campaign did and found, for the terminal. */
export const report = (kills: readonly Kill[], leftOut: readonly PointName[], facts: Facts, differences: readonly Difference[]): string =>
  [
    `Muertes: ${kills.length}`,
    ...[...Map.groupBy(kills, nameOf)].map(([name, some]) => `  ${name.padEnd(24)} ${String(some.length).padStart(3)}  ${toldOf(name)}`),
    ...(leftOut.length > 0 ? [`  sin visitar: ${leftOut.join(', ')}`] : []),
    ...outcomes(facts),
    differences.length === 0 ? 'Diferencias: ninguna.' : `Diferencias: ${differences.length}`,
    ...differences.map((one) => `  ${one.rule}: ${one.told}`),
  ].join('\n');

const toldOf = (name: string): string => told[name as PointName] ?? '';

const outcomes = ({ tramites, intents, register, attempts }: Facts): string[] => {
  const registered = new Set(register.map((entry) => entry.expediente));
  const inReview = tramites.filter((one) => one.status === 'needs_review');
  const count = (state: string) => intents.filter((intent) => intent.state === state).length;
  return [
    `Recursos reclamados: ${count('claimed')} · perdidos a otros: ${count('lost')} · sin cerrar: ${count('intended')}`,
    'Trámites:',
    ...[...Map.groupBy(tramites, (one) => `${one.status}${one.served ? '' : ' (sin robot)'}`)].map(
      ([status, some]) => `  ${status.padEnd(24)} ${String(some.length).padStart(3)}`,
    ),
    `  de ellos en revisión, en el registro ${inReview.filter((one) => registered.has(one.expediente)).length} y fuera de él ${inReview.filter((one) => !registered.has(one.expediente)).length}`,
    `Intentos: ${attempts.length} · entradas en el registro de la sede: ${register.length}`,
  ];
};
