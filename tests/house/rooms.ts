const people = ['acceso', 'auditoria', 'cuenta', 'usuarios'];
const work = ['balance', 'cola', 'ejecuciones', 'equipos', 'organismos', 'pools', 'programaciones', 'recursos', 'robots'];
const bottom = [...people, ...work];
const catalogue = ['acceso', 'balance', 'cola', 'ejecuciones', 'programaciones', 'recursos'];

/** Per room: the rooms it never imports, and why. Work flows recursos → cola ← ejecuciones ← programaciones, balance. */
export const upstream: Readonly<Record<string, readonly [forbidden: readonly string[], why: string]>> = {
  avisos: [bottom, 'avisos is at the bottom of the house: every room raises avisos, avisos imports none.'],
  historial: [bottom, 'historial is at the bottom of the house: every room records events, historial imports none.'],
  sistema: [bottom, 'sistema is at the bottom of the house: every room reads its settings, sistema imports none.'],
  organismos: [
    catalogue,
    'organismos only says which recursos are ours: those who claim, queue and file import it, never the other way round.',
  ],
  robots: [catalogue, 'robots is the catalogue: those who queue and run import it, never the other way round.'],
  equipos: [catalogue, 'equipos says where a robot can run: those who run import it, never the other way round.'],
  pools: [
    ['equipos', 'robots', ...catalogue],
    'pools only groups robots and equipos: those who show, launch and balance them import it, never the other way round.',
  ],
  cola: [
    ['acceso', 'balance', 'ejecuciones', 'equipos', 'programaciones', 'recursos'],
    'cola never imports ejecuciones nor recursos: work flows recursos → cola ← ejecuciones, and the queue knows neither end.',
  ],
  recursos: [
    ['acceso', 'balance', 'ejecuciones', 'equipos', 'programaciones'],
    'recursos ends in the queue: it imports cola downstream and never knows who files.',
  ],
  ejecuciones: [
    ['acceso', 'balance', 'programaciones', 'recursos'],
    'ejecuciones runs what it is given: calendars and the balancer import it, never the other way round.',
  ],
  programaciones: [
    ['acceso', 'balance', 'recursos'],
    'programaciones orders ejecuciones: it knows neither the balancer nor the source of recursos.',
  ],
  lanzador: [
    ['acceso', 'balance', 'recursos'],
    'lanzador decides what starts now from calendars, catalogue and runs: it imports them, never the other way round.',
  ],
  sincronizacion: [
    ['acceso', 'balance', 'cola', 'ejecuciones', 'lanzador', 'programaciones', 'recursos'],
    'sincronizacion brings the catalogue of A360 into robots and equipos, and knows nothing of what runs.',
  ],
  balance: [['acceso', 'recursos'], 'balance orders ejecuciones: it knows nothing of the source of recursos.'],
  carga: [
    ['acceso', 'balance', 'ejecuciones', 'lanzador', 'programaciones', 'recursos'],
    'carga counts the tickets of each robot: the balancer imports it, never the other way round.',
  ],
  mapeos: [
    ['acceso', 'balance', 'cola', 'ejecuciones', 'equipos', 'lanzador', 'programaciones', 'recursos'],
    'mapeos says what robots are called outside: those who count tickets import it, never the other way round.',
  ],
  ajustes: [
    ['acceso', ...['balance', 'cola', 'ejecuciones', 'lanzador', 'programaciones', 'recursos']],
    'ajustes shows and writes the settings: every room reads them through sistema, ajustes imports none of the work.',
  ],
  datos: [
    ['acceso', 'balance', 'lanzador', 'programaciones'],
    'datos takes care of what is kept: of what is done with it it knows nothing.',
  ],
  mantenimiento: [
    ['acceso', ...['balance', 'cola', 'ejecuciones', 'lanzador', 'programaciones', 'recursos']],
    'mantenimiento says that the house is paused: who works asks it, never the other way round.',
  ],
  metricas: [['acceso'], 'metricas measures the house: it only asks.'],
  analitica: [['acceso', 'recursos'], 'analitica shows what the house did: it only asks.'],
  acceso: [
    ['auditoria', 'cuenta', 'usuarios', ...work],
    'acceso says who comes in and what that person may do: the pages of people stand on top of it, and of the work it knows nothing.',
  ],
  usuarios: [['auditoria', 'cuenta', ...work], 'usuarios makes and changes those who may come in: of the work it knows nothing.'],
  cuenta: [['auditoria', ...work], 'cuenta is what a person does with the own password and sessions: of the work it knows nothing.'],
  auditoria: [['cuenta', 'usuarios', ...work], 'auditoria shows what people did: every room writes it, it imports none.'],
  ciclos: [['acceso', 'balance', 'programaciones'], 'ciclos shows what the cycles of the house did: it only asks.'],
  errores: [['acceso', 'balance', 'programaciones'], 'errores shows what failed in the house: it only asks.'],
  lotes: [
    ['balance', 'ejecuciones', 'equipos', 'programaciones'],
    'lotes orders of many trámites what cola and recursos order of one: it knows nothing of who files them.',
  ],
  revision: [['balance', 'programaciones', 'recursos'], 'revision shows what waits for a person: orders are given at cola.'],
  vigilancia: [['acceso'], 'vigilancia looks at what the house does not do: it only asks, and raises avisos.'],
  marco: [[], ''],
  panel: [[], ''],
  tramite: [[], ''],
};
