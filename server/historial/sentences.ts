/** The part of an event a sentence is made of. */
export type Tellable = {
  readonly entity: string;
  readonly kind: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly actor: string;
};

/** How an instant is said; given by whoever shows the sentence, because the zone is a setting. */
export type When = (iso: string) => string;

type Facts = Readonly<Record<string, unknown>>;
type Sentence = (facts: Facts, when: When) => string;

const text = (value: unknown): string => (value === null || value === undefined ? '' : String(value));
/** « (algo)», or nothing at all. */
const aside = (value: unknown): string => (text(value) ? ` (${text(value)})` : '');
const because = (facts: Facts): string => (text(facts.message) ? `: ${text(facts.message)}` : aside(facts.code));
const instant = (value: unknown, when: When): string => (typeof value === 'string' ? when(value) : '');

const ofTramite: Readonly<Record<string, Sentence>> = {
  enqueued: (facts) => `Entra en la cola con el recurso ${text(facts.resourceId)}.`,
  started: (facts) => `Empieza el intento ${text(facts.attempt)}${on(facts)}.`,
  completed: (facts) =>
    `Presentado con el número de registro ${text(facts.numero)}${aside(facts.fecha)}${facts.recovered ? '; se comprobó tras un reinicio' : ''}${facts.late ? '; A360 lo dijo más tarde' : ''}.`,
  awaiting_confirmation: (facts) =>
    facts.changed
      ? 'Los datos o los documentos han cambiado desde que se aprobó: hace falta aprobarlo otra vez.'
      : `Rellenado hasta el resumen en el intento ${text(facts.attempt)}: espera a que una persona lo apruebe.`,
  approval_asked: (facts) =>
    facts.changed
      ? `Se aprobó para otra cosa: hace falta aprobarlo otra vez. Lo presentará el robot ${text(facts.robot)} de A360.`
      : `Espera a que una persona lo apruebe: lo presentará el robot ${text(facts.robot)} de A360, sin captura que mirar antes.`,
  retry_scheduled: (facts, when) =>
    `El intento ${text(facts.attempt)} no pudo terminar${because(facts)} Se reintenta solo${untilWhen(facts.notBefore, when)}.`,
  returned: (facts) => `El intento ${text(facts.attempt)} se interrumpió antes de enviar nada${because(facts)} Vuelve a la cola.`,
  failed: (facts) => `El intento ${text(facts.attempt)} falló${because(facts)}`,
  needs_review: (facts) => `No se sabe si quedó presentado, lo tiene que mirar una persona${because(facts)}`,
  approved: () => 'Aprobado: se enviará en cuanto haya un robot libre.',
  rejected: (facts) => `Rechazado${text(facts.motivo) ? `: ${text(facts.motivo)}` : ''}`,
  retried: () => 'Vuelve a la cola para empezar desde el principio.',
  cancelled: () => 'Cancelado. El recurso sigue reclamado por Cerebro.',
  release_ordered: (facts) =>
    facts.foreign
      ? 'Cancelado: el recurso ya no era de Cerebro y no había nada que devolver.'
      : 'Cancelado: el recurso se devuelve al origen.',
  resolved: (facts) =>
    facts.resultado === 'presentado'
      ? `Revisado: sí se presentó, con el número ${text(facts.numero)}${aside(facts.fecha)}.`
      : 'Revisado: no se presentó. Vuelve a la cola.',
};

const on = (facts: Facts): string => {
  const robot = text(facts.robot) ? ` del robot ${text(facts.robot)}` : '';
  return robot + (text(facts.equipo) ? ` en ${text(facts.equipo)}` : '');
};

const untilWhen = (notBefore: unknown, when: When): string => (notBefore ? ` a partir del ${instant(notBefore, when)}` : '');

/** TExp and user before the claim, « (lead…)»; '' when the event does not say. */
const before = (facts: Facts, lead = 'antes: '): string => {
  if (facts.texp === undefined && facts.usuario === undefined) return '';
  const texp = text(facts.texp) ? `TExp ${text(facts.texp)}` : '';
  const usuario = text(facts.usuario).trim() ? `asignado a ${text(facts.usuario).trim()}` : 'sin asignar';
  return ` (${lead}${[texp, usuario].filter(Boolean).join(', ')})`;
};

const holders: Readonly<Record<string, string>> = {
  free: 'sigue libre en el origen',
  other: 'lo tiene otra persona',
  gone: 'ya no está en el origen',
  ours: 'ya era nuestro',
};

const ofRecurso: Readonly<Record<string, Sentence>> = {
  claimed: (facts) =>
    `Reclamado en el origen${before(facts)}${facts.normalised ? '; al expediente se le han quitado los blancos de los extremos' : ''}${facts.recovered ? '; se comprobó tras un reinicio' : ''}.`,
  lost: (facts) => `La reclamación no llegó a hacerse: ${holders[text(facts.holder)] ?? text(facts.holder)}.`,
  foreign: (facts) => `Ya no es nuestro: en el origen lo lleva ${text(facts.usuario).trim() || 'otra persona'}.`,
  release_ordered: () => 'Se ordena devolverlo al origen.',
  released: (facts) => `Devuelto al origen como estaba${before(facts, '')}.`,
  adopted: () => 'Era nuestro en el origen y no se conocía aquí: una persona lo pone en la cola.',
};

export const columnWords: Readonly<Record<string, string>> = {
  query_organisme: 'organismo en el origen',
  excluir_organisme: 'excepciones',
  filtro_texp: 'filtro de TExp',
  regex_expediente: 'expresión regular',
  solo_sin_asignar: 'solo sin asignar',
  url_template: 'plantilla del enlace',
  url_inicio: 'página de inicio',
  limite_por_ciclo: 'límite por ciclo',
  max_en_cola: 'máximo en cola',
  min_equipos: 'mínimo de puestos',
  max_equipos: 'máximo de puestos',
  active: 'interruptor',
};

const changed = (columns: unknown): string => {
  const names = Array.isArray(columns) ? columns.map(String) : [];
  return new Intl.ListFormat('es', { type: 'conjunction' }).format(names.map((name) => columnWords[name] ?? name));
};

const ofOrganismo: Readonly<Record<string, Sentence>> = {
  created: () => 'Añadido.',
  edited: (facts) => `Cambian sus reglas: ${changed(facts.columns)}${facts.off ? '; queda apagado hasta que se vea su ensayo' : ''}.`,
  restored: (facts, when) =>
    `Vuelven las reglas ${facts.at ? `del ${instant(facts.at, when)}` : 'de una versión anterior'}; queda apagado.`,
  renamed: (facts) => `Recibe este identificador${text(facts.from) ? ` en lugar de «${text(facts.from)}»` : ''}; queda apagado.`,
  switched_on: () => 'Encendido: el próximo ciclo reclama sus recursos.',
  switched_off: () => 'Apagado: no se reclama nada nuevo.',
};

/** Who told it; `lanzador` orders, and tells what came of it. */
const tellers: Readonly<Record<string, string>> = {
  callback: 'lo avisa A360',
  conciliador: 'lo encuentra el conciliador',
  inferido: 'se da por hecho',
  manual: 'lo ordena una persona',
  lanzador: 'lo dice el lanzador',
};

/** What becomes of a run, by A360's word; that word stands behind it. */
const estadoSentences: Readonly<Record<string, string>> = {
  PENDING_EXECUTION: 'Se está lanzando',
  DEPLOYED: 'A360 la tiene lanzada',
  QUEUED: 'Espera en la cola de A360',
  RUNNING: 'El robot está trabajando',
  RUN_PAUSED: 'El robot está en pausa',
  COMPLETED: 'Terminó bien',
  RUN_COMPLETED: 'Terminó bien',
  RUN_FAILED: 'Falló',
  RUN_ABORTED: 'Quedó interrumpida',
  RUN_TIMED_OUT: 'Se le acabó el tiempo',
  DEPLOY_FAILED: 'No se lanzó',
  COMPLETED_INFERRED: 'Se da por terminada: A360 ya no la conoce',
  UNKNOWN: 'A360 no sabe decir cómo va',
};

const reported: Sentence = (facts) => {
  const estado = text(facts.estado);
  if (estado === 'RUN_ABORTED' && facts.origen === 'manual')
    return `Se desbloquea: queda interrumpida y su equipo, libre (RUN_ABORTED)${because(facts)}`;
  const teller = text(facts.origen) ? `; ${tellers[text(facts.origen)] ?? text(facts.origen)}` : '';
  const what = estadoSentences[estado];
  return `${what === undefined ? `Pasa a ${estado || 'otro estado'}` : `${what} (${estado})`}${teller}${because(facts)}`;
};

const ofEjecucion: Readonly<Record<string, Sentence>> = {
  called: (facts) =>
    `Se pide a A360 que lance ${text(facts.robot) || 'el robot'}${onEquipo(facts)}, ${facts.programacionId ? 'por su programación' : 'a demanda'}.`,
  launched: (facts) =>
    `Lanzado${facts.robot ? ` ${text(facts.robot)}` : ''}${onEquipo(facts)}: A360 lo ha aceptado${aside(facts.deploymentId)}.`,
  launch_lost: (facts) => `No se sabe si A360 lo ha lanzado${because(facts)} El conciliador lo busca.`,
  origin_silent: () => 'El origen no pudo decir si el recurso sigue siendo nuestro: vale lo que consta aquí.',
  stop_ordered: () => 'Se pide a A360 que la pare.',
  adopted: (facts) => `A360 no contestó al lanzamiento, pero lo había hecho: se encuentra allí${aside(facts.deployment)}.`,
  reported,
};

const onEquipo = (facts: Facts): string => (text(facts.equipo) ? ` en el equipo ${text(facts.equipo)}` : '');
const until = (facts: Facts, when: When): string => (facts.hasta ? ` hasta el ${instant(facts.hasta, when)}` : '');
const why = (facts: Facts): string => (text(facts.motivo) ? `: ${text(facts.motivo)}` : '.');

const reason = (facts: Facts): string => (text(facts.motivo) ? `. ${text(facts.motivo)}` : '.');

const fromTo = ({ antes, despues }: Facts): string =>
  antes === undefined || despues === undefined ? '' : `: de ${text(antes)} a ${text(despues)}`;

const resumed: Sentence = () => 'Se reanuda: puede volver a lanzarse.';

const ofRobot: Readonly<Record<string, Sentence>> = {
  suspended: (facts, when) => `Deja de lanzarse${onEquipo(facts)}${until(facts, when)}${why(facts)}`,
  resumed,
  got_equipos: (facts) => `Recibe equipos del balanceador${fromTo(facts)}${reason(facts)}`,
  gave_equipos: (facts) => `El balanceador le quita equipos${fromTo(facts)}${reason(facts)}`,
};

const ofEquipo: Readonly<Record<string, Sentence>> = {
  suspended: (facts, when) => `No se lanza nada en él${until(facts, when)}${why(facts)}`,
  resumed,
  balance_withheld: () => 'Lo usa una programación: deja de repartirse entre robots.',
  balance_decided: (facts) => (facts.permite ? 'Vuelve a repartirse entre robots.' : 'Deja de repartirse entre robots.'),
  balance_restored: () => 'Ya no lo usa ninguna programación: vuelve a repartirse entre robots.',
};

const ofLanzador: Readonly<Record<string, Sentence>> = {
  held: (facts) => `Retenido: no se lanza nada${why(facts)}`,
  let_go: () => 'Suelto: se vuelve a lanzar.',
};

const ofCycle: Readonly<Record<string, Sentence>> = {
  paused: (facts) => `El ciclo queda en pausa${why(facts)}`,
  resumed: () => 'El ciclo vuelve a ir solo.',
};

const listed = (names: unknown): string =>
  new Intl.ListFormat('es', { type: 'conjunction' }).format(Array.isArray(names) ? names.map(String) : []);

const offline = ({ offline }: Facts): string => (offline ? ' Su robot deja de trabajar a demanda.' : '');

const machines = ({ added, removed }: Facts): string => {
  const came = listed(added) && ` Se añade ${listed(added)}.`;
  return came + (listed(removed) && ` Se quita ${listed(removed)}.`);
};

/** What happens to a programación: `columns` = labels of what changed, `added` and `removed` = names of machines. */
const ofProgramacion: Readonly<Record<string, Sentence>> = {
  created: (facts) => `Añadida.${machines(facts)}${offline(facts)}`,
  edited: (facts) =>
    `${listed(facts.columns) ? `Cambia: ${listed(facts.columns)}.` : 'Cambian sus equipos.'}${machines(facts)}${offline(facts)}`,
  switched_on: (facts) => `Encendida: se lanza a sus horas.${offline(facts)}`,
  switched_off: () => 'Apagada: no se lanza nada por ella.',
  deleted: (facts) => `Borrada.${machines(facts)}`,
};

/** What people and the house do with the whole of it. */
const ofSistema: Readonly<Record<string, Sentence>> = {
  maintenance_began: (facts) => `En mantenimiento: no empieza nada nuevo${why(facts)}`,
  maintenance_ended: () => 'Fin del mantenimiento: se vuelve a trabajar.',
  restored: (facts, when) =>
    `La base se restauró de una copia${facts.copiadaAt ? ` del ${instant(facts.copiadaAt, when)}` : ''}: ${text(facts.held) || 'sus'} trámites esperan a que se compruebe si ya se presentaron.`,
  cleaned: (facts) => `Limpieza de lo que ya no se conserva${facts.total === undefined ? '' : `: ${text(facts.total)} filas o carpetas`}.`,
  examined: (facts) => (facts.damage ? `La base de datos está dañada: ${text(facts.damage)}` : 'La base de datos está íntegra.'),
};

/** Every kind of event, by what it happened to. tests/house proves that no recorded kind is missing. */
export const sentences: Readonly<Record<string, Readonly<Record<string, Sentence>>>> = {
  tramite: ofTramite,
  recurso: ofRecurso,
  organismo: ofOrganismo,
  ejecucion: ofEjecucion,
  robot: ofRobot,
  equipo: ofEquipo,
  lanzador: ofLanzador,
  sistema: ofSistema,
  cycle: ofCycle,
  programacion: ofProgramacion,
};

/** What happened, as a Spanish sentence that ends with a full stop. */
export const tell = (event: Tellable, when: When): string => {
  const sentence = sentences[event.entity]?.[event.kind];
  const told = sentence ? sentence(event.data, when) : `${event.kind}.`;
  const whole = /[.!?»]\)?$/.test(told) ? told : `${told}.`;
  return event.data.lote === undefined ? whole : `${whole} Se ordenó en el lote ${text(event.data.lote)}.`;
};
