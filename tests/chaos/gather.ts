import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalId } from '#server/gateways/origen/origen.ts';
import type { Eyes } from './doors.ts';
import type { AttemptFact, Facts, FileFact, RegisterFact, Sighting, SourceFact, TramiteFact } from './facts.ts';
import { botUser, type Scene } from './scene.ts';

/** Attempts under way when the group died. */
export const sightingsAt = (scene: Scene, kill: number): Sighting[] => scene.queue((eyes) => eyes.all<Sighting>(underWay, kill)) ?? [];

const underWay = `SELECT ? AS kill, tramite_id AS tramiteId, intento, coalesce(fase, '') AS fase FROM ejecuciones
  WHERE tramite_id IN (SELECT id FROM tramite_queue WHERE status = 'processing') AND fecha_fin IS NULL`;

/** Reads everything the campaign left: both databases, the evidence on disk and the sede's register. @throws when nothing was ever queued. */
export const gather = (scene: Scene, register: readonly RegisterFact[], sightings: readonly Sighting[]): Facts => {
  const own = scene.queue((eyes) => readOwn(eyes, scene.dataDir));
  if (own === null) throw new Error('la base de datos local no llegó a existir');
  return { botUser, source: scene.source(readSource), fileable: scene.fileable, ...own, register, sightings };
};

const readOwn = (eyes: Eyes, dataDir: string) => ({
  intents: eyes.all<Facts['intents'][number]>('SELECT resource_id AS resourceId, state FROM reclamaciones'),
  tramites: readTramites(eyes),
  attempts: eyes.all<AttemptFact>('SELECT tramite_id AS tramiteId, intento, estado, fase FROM ejecuciones WHERE tramite_id IS NOT NULL'),
  files: readFiles(eyes, dataDir),
});

const readSource = (eyes: Eyes): SourceFact[] =>
  eyes
    .all<Omit<SourceFact, 'id'> & { id: string | null }>(
      `SELECT CAST(idRecurso AS TEXT) AS id, TExp AS texp, Estado AS estado, coalesce(UsuarioAsignado, '') AS usuario FROM RecursosExp`,
    )
    .map((row) => ({ ...row, id: canonicalId(row.id), usuario: row.usuario.trim() }));

const readTramites = (eyes: Eyes): TramiteFact[] =>
  eyes
    .all<Omit<TramiteFact, 'served'> & { served: number }>(
      `SELECT id, site_id AS siteId, resource_id AS resourceId, coalesce(expediente, '') AS expediente, status, attempts,
         error_code AS errorCode, json_extract(result, '$.numero') AS numero,
         site_id IN (SELECT robot_id FROM robots WHERE kind = 'playwright' AND activo = 1) AS served
       FROM tramite_queue`,
    )
    .map((row) => ({ ...row, served: row.served === 1 }));

type StoredFile = { tramiteId: number; intento: number; file: string };

const readFiles = (eyes: Eyes, dataDir: string): FileFact[] => {
  const captures = eyes.all<StoredFile>(
    `SELECT e.tramite_id AS tramiteId, e.intento, s.capture AS file FROM steps s JOIN ejecuciones e USING (ejecucion_id)
     WHERE s.capture IS NOT NULL`,
  );
  const receipts = eyes.all<StoredFile & { sha256: string }>(
    `SELECT tramite_id AS tramiteId, intento, json_extract(result, '$.recibo.file') AS file, json_extract(result, '$.recibo.sha256') AS sha256
     FROM ejecuciones WHERE json_extract(result, '$.recibo.file') IS NOT NULL`,
  );
  const last = eyes.all<StoredFile>(
    'SELECT id AS tramiteId, attempts AS intento, screenshot_path AS file FROM tramite_queue WHERE screenshot_path IS NOT NULL',
  );
  return [
    ...last.map((one): FileFact => ({ ...one, kind: 'pantalla', intact: isPicture(bytesAt(one.file)) })),
    ...captures.map((one): FileFact => ({ ...one, kind: 'captura', intact: isPicture(bytesOf(dataDir, one)) })),
    ...receipts.map(({ sha256, ...one }): FileFact => ({ ...one, kind: 'justificante', intact: hashOf(bytesOf(dataDir, one)) === sha256 })),
  ];
};

const bytesOf = (dataDir: string, { tramiteId, intento, file }: StoredFile): Buffer =>
  bytesAt(join(dataDir, 'evidencias', String(tramiteId), String(intento), file));

const bytesAt = (path: string): Buffer => (existsSync(path) ? readFileSync(path) : Buffer.alloc(0));

const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** JPEG or PNG, by its first bytes. */
const isPicture = (bytes: Buffer): boolean => /^(ffd8ff|89504e47)/.test(bytes.subarray(0, 4).toString('hex'));
