import type { Format } from '#server/lib/format.ts';
import type { Look, Standing } from './look.ts';
import type { BalanceAction } from './model.ts';
import { type Asked, fieldName, presentText, type Tryable, tryables } from './simular-fields.ts';
import { accionTag, balanceHref, becauseOf, equiposWord, stateOf } from './words.ts';

/** The fields and what the plan says with them. `typed` = what the address says of a field. */
export type SimularParts = {
  /** Without any number tried: what holds now. */
  readonly present: Look;
  readonly look: Look;
  readonly standings: readonly Standing[];
  readonly asked: Asked;
  readonly typed: (name: string) => string;
  /** Robots that can be added to the table. */
  readonly others: readonly { readonly robotId: string; readonly robot: string }[];
  /** Ids of those that were added, to be kept in the address. */
  readonly added: readonly string[];
};

const labels: Readonly<Record<Tryable, string>> = {
  tickets: 'Tickets',
  min: 'Mínimo',
  max: 'Máximo',
  ratio: 'Por equipo',
  prioridad: 'Prioridad',
};

export const presentSimular = (parts: SimularParts, format: Format) => {
  const { look, asked, standings } = parts;
  const refused = Object.keys(asked.problems).length > 0;
  return {
    title: 'Simular el reparto',
    verdict: refused ? refusedVerdict : judge(parts, format),
    actions: refused ? [] : look.plan.actions.map((action) => presentAction(look, action, format)),
    rows: standings.map((one) => presentRow(parts, one, refused, format)),
    labels: tryables.map((what) => labels[what]),
    flags: flagsOf(parts),
    others: parts.others.map(({ robotId, robot }) => [robotId, robot]),
    added: parts.added,
    isEdited: asked.edits.robots.size > 0 || Object.keys(asked.edits.settings).length > 0,
    at: format.instant(look.now.toISOString()),
    refused,
  };
};

const refusedVerdict = { tone: 'mal', icon: 'aviso', title: 'No se ha simulado: hay algo que corregir', findings: [] } as const;

const judge = ({ look, asked }: SimularParts, format: Format) => {
  const moves = look.plan.actions.filter(({ accion }) => accion !== 'RECHAZO');
  const n = moves.reduce((sum, { equipos }) => sum + equipos.length, 0);
  const given = asked.edits.robots.size > 0 || Object.keys(asked.edits.settings).length > 0;
  const when = given ? 'Con estos números, el próximo reparto' : 'El próximo reparto';
  const title = n === 0 ? `${when} no movería nada` : `${when} movería ${equiposWord(n, format)}`;
  return { tone: n === 0 ? 'nada' : 'vivo', icon: n === 0 ? 'quieto' : 'marcha', title, findings: [] };
};

const presentAction = ({ names }: Look, action: BalanceAction, format: Format) => ({
  accion: accionTag(action.accion),
  robot: names.robots.get(action.robotId) ?? action.robotId,
  href: balanceHref(action.robotId),
  equipos: action.equipos.map((id) => names.equipos.get(id) ?? id).join(', '),
  change:
    action.antes === action.despues ? format.number(action.despues) : `${format.number(action.antes)} → ${format.number(action.despues)}`,
  why: action.justificacion,
});

const presentRow = ({ present, typed, asked }: SimularParts, one: Standing, refused: boolean, format: Format) => {
  const { robot, verdict } = one;
  const known = present.snapshot.robots.find(({ robotId }) => robotId === robot.robotId) ?? robot;
  const tickets = ticketsIn(present, robot.robotId);
  return {
    ...{ id: robot.robotId, robot: robot.robot, href: balanceHref(robot.robotId) },
    fields: tryables.map((what) => {
      const name = fieldName(what, robot.robotId);
      const now = presentText(what, known, tickets);
      const value = typed(name) || now;
      const hint = what === 'ratio' && now === '' ? String(present.settings.ratio) : '';
      return {
        name,
        id: `campo-${what}-${robot.robotId}`,
        label: labels[what],
        value,
        hint,
        changed: value !== now,
        reason: asked.problems[name] ?? '',
      };
    }),
    result: refused
      ? null
      : {
          state: stateOf(one, format),
          needs: verdict.tickets === null ? '?' : format.number(verdict.necesita),
          change: `${format.number(verdict.tiene)} → ${format.number(verdict.tendra)}`,
          why: becauseOf(one, format),
        },
  };
};

/** Tickets as the field shows them; null = nobody knows. */
export const ticketsIn = ({ snapshot }: Look, robotId: string): number | null => {
  const load = snapshot.load.get(robotId);
  if (load === undefined) return 0;
  return load.saber === 'desconocida' ? null : load.tickets;
};

const flagsOf = ({ present, typed, asked }: SimularParts) => {
  const flag = (name: string, label: string, holds: boolean) => ({
    ...{ name, label, reason: asked.problems[name] ?? '' },
    chosen: typed(name) || (holds ? '1' : '0'),
    choices: [
      ['1', `Sí${holds ? ' (como ahora)' : ''}`],
      ['0', `No${holds ? '' : ' (como ahora)'}`],
    ],
  });
  const { aislamiento, preemption, enfriamientoMs } = present.settings;
  return [
    flag('aislamiento', 'Cada robot, solo equipos de su pool', aislamiento),
    flag('preemption', 'Los más importantes quitan equipos a los menos', preemption),
    flag('enfriamiento', 'Respetar el enfriamiento', enfriamientoMs > 0),
  ];
};
