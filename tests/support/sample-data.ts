import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Status } from '#server/cola/transitions.ts';
import type { Db } from '#server/db/open.ts';
import { record } from '#server/historial/record.ts';
import { forms } from '#workers/robots/catalogue.ts';
import { fillAvisos } from './sample-avisos.ts';
import { fillBalance, fillDays } from './sample-balance.ts';
import { fillLanzador } from './sample-lanzador.ts';
import { fillProgramaciones } from './sample-programaciones.ts';
import { fillRuns } from './sample-runs.ts';
import { fillSam } from './sample-sam.ts';

/** A database with a trámite in every state, an organismo of every kind, cycles of every ending. Invented people only. */
export type Sample = { readonly ids: Readonly<Record<Status, number>> };

const plannedSteps = forms.xaloc_girona?.steps ?? [];

/** A grey JPEG of one pixel, for captures. */
export const tinyJpeg = Buffer.from(
  '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AKp//2Q==',
  'base64',
);

type Told = { readonly status: Status; readonly n: number; readonly attempt?: AttemptSample; readonly extra?: Record<string, unknown> };
type AttemptSample = {
  readonly steps: number;
  readonly fase: string;
  readonly estado: string;
  readonly fails?: string;
  readonly result?: object;
};

const result = (n: number) => ({
  numero: `REGAGE26e0000${n}`,
  fecha: '02/03/2026 09:12:44',
  recibo: { file: 'justificante.pdf', bytes: 4120, sha256: 'ab'.repeat(32) },
});

const told: readonly Told[] = [
  { status: 'pending', n: 160585 },
  { status: 'processing', n: 160586, attempt: { steps: 4, fase: 'ready', estado: 'RUNNING' } },
  { status: 'awaiting_confirmation', n: 160587, attempt: { steps: 8, fase: 'ready', estado: 'COMPLETED' } },
  { status: 'completed', n: 160588, attempt: { steps: 10, fase: 'submitted', estado: 'COMPLETED', result: result(160588) } },
  {
    status: 'failed',
    n: 160589,
    attempt: { steps: 2, fase: 'ready', estado: 'RUN_FAILED', fails: 'La sede dice que el expediente no existe.' },
    extra: { error_code: 'expediente_no_existe', error_log: 'La sede dice que el expediente no existe.' },
  },
  {
    status: 'needs_review',
    n: 160590,
    attempt: { steps: 9, fase: 'submitting', estado: 'RUN_FAILED', fails: 'La sede no contestó después de pulsar Enviar.' },
    extra: { error_code: 'portal_lento', error_log: 'La sede no contestó después de pulsar Enviar.' },
  },
  { status: 'cancelled', n: 160591 },
];

/** Fills the database and the evidence folder. `at` is the present instant. */
export const fillSample = (db: Db, dataDir: string, at: Date, capture: Buffer = tinyJpeg): Sample => {
  const ago = (minutes: number) => new Date(at.getTime() - minutes * 60_000).toISOString();
  db.sqlite.transaction(() => {
    fillOrganismos(db);
    fillCycles(db, ago);
    fillSam(db, ago);
    fillProgramaciones(db);
    fillDays(db, ago);
  })();
  const room: Room = { db, dataDir, ago, capture };
  const ids = told.map((one, index) => [one.status, fillTramite(room, one, index)] as const);
  db.sqlite.transaction(() => {
    fillOthers(db, ago);
    fillBalance(db, ago);
    fillRuns(db, ago);
    fillLanzador(db, ago);
    fillAvisos(db, ago);
  })();
  return { ids: Object.fromEntries(ids) as Record<Status, number> };
};

const fillOrganismos = (db: Db): void => {
  db.sqlite.exec(`
    UPDATE organismo_config SET active = 1, modo = 'aprobar' WHERE site_id = 'xaloc_girona';
    UPDATE robots SET parametros = '{"user_email":"avisos@empresa.example"}' WHERE robot_id = 'xaloc_girona';
    INSERT INTO organismo_config (site_id, query_organisme, filtro_texp, regex_expediente, url_template, active)
      VALUES ('base_online', '%BASE GESTION%', '2,3', '^\\d{5}-\\d{4}/\\d{1,5}-GIM$', NULL, 1),
             ('madrid', '%MULTAS DE MADRID%', '2;3', '^\\d{3}/\\d{8,9}\\.\\d$', NULL, 1),
             ('reus', '%REUS%', '2', '^\\d{4}/\\d+$', NULL, 0);`);
};

const payload = (n: number) => ({
  idRecurso: String(90000 + (n % 1000)),
  expediente: `2025/${n}-MUL`,
  organisme: 'XALOC, DIPUTACIO DE GIRONA - LA BISBAL D´EMPORDÀ',
  plate_number: '0000BBB',
  sujeto_recurso: 'EXEMPLE TRANSPORTS SL',
  fase_procedimiento: 'denuncia',
  cliente: { tipodecliente: 2, nifempresa: 'B00000000', nombrefiscal: 'EXEMPLE TRANSPORTS SL' },
  adjuntos: [{ id: '7001', filename: 'denuncia escaneada.pdf', url: 'http://127.0.0.1/7001' }],
});

type Room = { readonly db: Db; readonly dataDir: string; readonly ago: (minutes: number) => string; readonly capture: Buffer };

const fillTramite = (room: Room, one: Told, index: number): number => {
  const { db, ago } = room;
  const data = payload(one.n);
  const row = {
    site_id: 'xaloc_girona',
    resource_id: data.idRecurso,
    expediente: data.expediente,
    payload: JSON.stringify(data),
    url_directa: `https://intranet.example/recursos?Expedient=2025%2F${one.n}-MUL`,
    status: one.status,
    attempts: one.attempt ? 1 : 0,
    result: one.attempt?.result ? JSON.stringify(one.attempt.result) : null,
    processed_at: one.status === 'completed' ? ago(1) : null,
    created_at: ago(90 - index),
    error_code: null as unknown,
    error_log: null as unknown,
    ...one.extra,
  };
  const names = Object.keys(row);
  const insert = `INSERT INTO tramite_queue (${names.join(', ')}) VALUES (${names.map((name) => `@${name}`).join(', ')})`;
  const id = Number(db.sql(insert).run(row).lastInsertRowid);
  db.sql(
    `INSERT INTO reclamaciones (resource_id, site_id, texp_original, estado_original, usuario_original, state, intended_at, closed_at)
     VALUES (?, 'xaloc_girona', 2, 0, NULL, 'claimed', ?, ?)`,
  ).run(data.idRecurso, ago(91), ago(90));
  record(db, ago(90), {
    entity: 'recurso',
    entityId: data.idRecurso,
    kind: 'claimed',
    data: { siteId: 'xaloc_girona', texp: 2, usuario: null },
  });
  record(db, ago(90 - index), {
    entity: 'tramite',
    entityId: id,
    kind: 'enqueued',
    data: { siteId: 'xaloc_girona', resourceId: data.idRecurso },
  });
  if (one.attempt) fillAttempt(room, id, one.status, one.attempt);
  return id;
};

const fillAttempt = (room: Room, id: number, status: Status, attempt: AttemptSample): void => {
  const { db, dataDir, ago, capture } = room;
  const ejecucion = `muestra-${id}`;
  const folder = join(dataDir, 'evidencias', String(id), '1');
  mkdirSync(folder, { recursive: true });
  const open = attempt.estado === 'RUNNING';
  db.sql(
    `INSERT INTO ejecuciones (ejecucion_id, robot_id, equipo_id, estado, fase, fecha_inicio, fecha_fin, tramite_id, intento, planned_steps, result, mensaje)
     VALUES (?, 'xaloc_girona', 'local-1', ?, ?, ?, ?, ?, 1, ?, ?, ?)`,
  ).run(
    ...[ejecucion, attempt.estado, attempt.fase, ago(2), open ? null : ago(1), id, JSON.stringify(plannedSteps)],
    ...[attempt.result ? JSON.stringify(attempt.result) : null, attempt.fails ?? null],
  );
  record(db, ago(2), { entity: 'tramite', entityId: id, kind: 'started', data: { attempt: 1, robot: 'xaloc_girona', equipo: 'local-1' } });
  plannedSteps.slice(0, attempt.steps).forEach((name, index) => {
    const file = `${String(index + 1).padStart(2, '0')}-paso.jpg`;
    writeFileSync(join(folder, file), capture);
    const failed = attempt.fails !== undefined && index === attempt.steps - 1;
    db.sql(
      `INSERT INTO steps (ejecucion_id, tramite_id, number, name, outcome, started_at, ended_at, note, capture, error_code)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ).run(
      ...[ejecucion, id, index + 1, name, failed ? 'failed' : 'done', ago(2 - index * 0.02), ago(2 - index * 0.02 - 0.011)],
      ...[failed ? attempt.fails : null, file, failed ? 'portal_lento' : null],
    );
  });
  if (attempt.result) writeFileSync(join(folder, 'justificante.pdf'), `%PDF-1.4\n${'x'.repeat(4000)}`);
  const ending = endings[status];
  if (ending)
    record(db, ago(1), {
      entity: 'tramite',
      entityId: id,
      kind: status,
      data: { attempt: 1, ...ending, ...attempt.result, message: attempt.fails },
    });
};

const endings: Partial<Record<Status, Record<string, unknown>>> = {
  completed: {},
  awaiting_confirmation: {},
  failed: {},
  needs_review: {},
};

const fillCycles = (db: Db, ago: (minutes: number) => string): void => {
  const insert = db.sql(
    `INSERT INTO cycles (name, started_at, ended_at, outcome, seen, matched, discarded, claimed, lost, reasons, phases, error)
     VALUES ('reclamar', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  insert.run(ago(15), ago(14.9), 'failed', 0, 0, 0, 0, 0, null, null, 'El origen no contesta: no se ha podido abrir la base.');
  insert.run(ago(10), ago(9.9), 'aborted', 120, 20, 100, 0, 0, null, null, null);
  const reasons = JSON.stringify({ regex_no_coincide: 31, expediente_vacio: 4 });
  const phases = JSON.stringify({ reconcile: 4, discover: 82, claim: 31, verify: 12, enqueue: 18 });
  const last = insert.run(ago(5), ago(4.99), 'ok', 212, 177, 35, 50, 1, reasons, phases, null).lastInsertRowid;
  const organismo = db.sql(
    `INSERT INTO cycle_organismos (cycle_id, site_id, seen, matched, discarded, claimed, lost, error) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  organismo.run(last, 'xaloc_girona', 150, 120, 30, 42, 1, null);
  organismo.run(last, 'base_online', 62, 57, 5, 8, 0, null);
};

const fillOthers = (db: Db, ago: (minutes: number) => string): void => {
  const insert = db.sql(
    `INSERT INTO tramite_queue (site_id, resource_id, expediente, payload, status, created_at) VALUES ('base_online', ?, ?, '{}', 'pending', ?)`,
  );
  for (let n = 0; n < 3; n++) insert.run(String(95000 + n), `43000-2025/${100 + n}-GIM`, ago(4));
  db.sql(
    "INSERT INTO mismatches (resource_id, kind, site_id, detail, at) VALUES ('91001', 'unknown_here', NULL, 'Expediente 2025/170001-MUL.', ?)",
  ).run(ago(5));
  db.sql(
    "INSERT INTO mismatches (resource_id, kind, site_id, detail, at) VALUES ('90585', 'foreign_there', 'xaloc_girona', 'En el origen: TExp 2, Estado 1, asignado a «Persona Inventada».', ?)",
  ).run(ago(5));
};
