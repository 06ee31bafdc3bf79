import type { Db } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';
import { isoNow } from '#server/lib/clock.ts';
import { createFormat } from '#server/lib/format.ts';
import { readLiveSettings } from '#server/sistema/ajustes.ts';
import { type Context, writeLetter } from './escribir.ts';
import { silencedSql } from './queries.ts';
import { type Canal, type Decision, decide, goesBy, type Motivo, type Standing } from './rules.ts';
import { parsedList, parsedObject } from './stored.ts';

/** The part of the house that telling takes. */
export type AvisosDeps = Pick<Deps, 'config' | 'clock' | 'db' | 'hub' | 'log' | 'correo' | 'webhook'>;

/** The channels people are told by now. */
export const channelsOf = ({ correo, webhook }: Pick<AvisosDeps, 'correo' | 'webhook'>): readonly Canal[] => [
  ...(correo === null ? [] : (['correo'] as const)),
  ...(webhook === null ? [] : (['webhook'] as const)),
];

const hourMs = 3_600_000;
/** Whoever ended longer ago than this is told by nobody: before that there was no channel, or Cerebro was off. */
const oldMs = 24 * hourMs;
/** The end of what was told waits for the longest of silences. */
const toldMs = 8 * 24 * hourMs;

type Row = Record<string, unknown> & { readonly avisoId: number; readonly clave: string };

/**
 * Looks through the avisos and writes what is to be sent about them, each letter in the transaction that notes that it was written:
 * one that nobody notes is written again, one that is noted is there. Each trámite to be reviewed (`revision:7`) is not told by itself.
 */
export const anotarEnvios = async (deps: AvisosDeps): Promise<void> => {
  const { db, clock, config } = deps;
  const canales = channelsOf(deps);
  if (canales.length === 0) return;
  const repeatMin = readLiveSettings(db, config).AVISOS_REPETIR_MIN;
  const now = clock.now().getTime();
  const context: Context = { format: createFormat(config.TZ_NEGOCIO, clock), now, panel: config.URL_PUBLICA, repeatMin };
  const decided = () =>
    candidates(db, now).flatMap((row) => {
      const decision = decide(standingOf(row, canales), now, repeatMin);
      return decision ? [{ row, decision }] : [];
    });
  if (db.read(decided).length === 0) return;
  // Decided again in the transaction: it may have ended, or somebody seen it, meanwhile.
  await db.write(() => {
    for (const { row, decision } of decided()) writeDown({ db, at: isoNow(clock), canales, context }, row, decision);
  });
  deps.hub.changed({ entity: 'aviso' });
};

const candidatesSql = `
  SELECT a.aviso_id AS avisoId, a.clave, a.nivel, a.ambito, a.naturaleza, a.titulo, a.detalle, a.datos, a.acciones, a.veces, a.estado,
         a.abierto_at AS abiertoAt, a.ultimo_at AS ultimoAt, a.resuelto_at AS resueltoAt, a.avisado_at AS avisadoAt,
         a.avisado_veces AS avisadoVeces, a.visto_at AS vistoAt,
         ${silencedSql('a')} AS silenced,
         (SELECT count(DISTINCT e.aviso_id) FROM envios AS e JOIN avisos AS o ON o.aviso_id = e.aviso_id
           WHERE o.clave = a.clave AND o.aviso_id <> a.aviso_id AND e.motivo = 'nuevo' AND e.creado_at > @hourAgo) AS openings,
         (SELECT json_group_array(DISTINCT w.canal) FROM envios AS w WHERE w.aviso_id = a.aviso_id AND w.estado = 'pendiente') AS waiting
    FROM avisos AS a`;

/** Those open, and those that ended a short while ago and whose end has not been written about. */
const candidates = (db: Db, now: number): Row[] =>
  db
    .sql(
      `${candidatesSql} WHERE a.estado = 'abierto' AND a.clave NOT LIKE 'revision:%' AND (a.avisado_at IS NULL OR a.veces > a.avisado_veces)
       UNION ALL
       ${candidatesSql} WHERE a.estado = 'resuelto' AND a.clave NOT LIKE 'revision:%'
         AND coalesce(a.resuelto_at, a.ultimo_at) > iif(a.avisado_veces > 0, @toldAgo, @dayAgo)
         AND NOT EXISTS (SELECT 1 FROM envios AS f WHERE f.aviso_id = a.aviso_id AND f.motivo = 'fin')
       ORDER BY 1`,
    )
    .all({
      now: new Date(now).toISOString(),
      dayAgo: new Date(now - oldMs).toISOString(),
      toldAgo: new Date(now - toldMs).toISOString(),
      hourAgo: new Date(now - hourMs).toISOString(),
    }) as Row[];

const waysOf = ({ clave }: Row, canales: readonly Canal[]): readonly Canal[] => canales.filter((canal) => goesBy(clave, canal));

const standingOf = (row: Row, canales: readonly Canal[]): Standing => ({
  ...{ clave: row.clave, nivel: row.nivel as string, estado: row.estado as string, veces: row.veces as number },
  abiertoAt: Date.parse(row.abiertoAt as string),
  avisadoAt: row.avisadoAt === null ? null : Date.parse(row.avisadoAt as string),
  avisadoVeces: row.avisadoVeces as number,
  visto: row.vistoAt !== null,
  silenced: row.silenced === 1,
  openings: row.openings as number,
  waiting: waysOf(row, canales).every((canal) => parsedList(row.waiting).includes(canal)),
});

type Desk = { readonly db: Db; readonly at: string; readonly canales: readonly Canal[]; readonly context: Context };

const writeDown = (desk: Desk, row: Row, decision: Decision): void => {
  const { db, at } = desk;
  const motivos: readonly Motivo[] = decision.callado ? ['fin'] : decision.motivos;
  for (const motivo of motivos) writeOne(desk, row, motivo, decision.callado ? 'callado' : 'pendiente');
  if (!decision.callado) db.sql('UPDATE avisos SET avisado_at = ?, avisado_veces = veces WHERE aviso_id = ?').run(at, row.avisoId);
};

const writeOne = ({ db, at, canales, context }: Desk, row: Row, motivo: Motivo, estado: 'pendiente' | 'callado'): void => {
  const aviso = { ...row, datos: parsedObject(row.datos), acciones: parsedList(row.acciones) } as unknown as Parameters<
    typeof writeLetter
  >[0];
  const { asunto, texto, html, mensaje } = writeLetter(aviso, motivo, context);
  // Where a channel does not open, that it goes on is not piled up behind it.
  const shut = motivo === 'sigue' ? parsedList(row.waiting) : [];
  const ways = waysOf(row, canales).filter((canal) => !shut.includes(canal));
  // Where no channel may tell it, a quiet one still notes that it is over.
  const [first] = canales;
  const written = ways.length > 0 ? ways.map((canal) => ({ canal, as: estado })) : first ? [{ canal: first, as: 'callado' }] : [];
  for (const { canal, as } of written)
    db.sql(
      `INSERT INTO envios (aviso_id, canal, motivo, asunto, texto, html, cuerpo, estado, creado_at)
       VALUES (@avisoId, @canal, @motivo, @asunto, @texto, @html, @cuerpo, @as, @at)`,
    ).run({ avisoId: row.avisoId, canal, motivo, asunto, texto, html, cuerpo: JSON.stringify(mensaje), as, at });
};
