import { setTimeout as delay } from 'node:timers/promises';
import { type AvisoRow, isWhole, lastAviso, readAvisos, readBooks, readDoors, readPage, squeeze, tellBooks } from './books.ts';
import type { Break, Parts, Stage } from './breaks.ts';

/** How one broken dependency came out: each promise with what was seen, kept or not; null = not tried yet. */
export type Outcome = { readonly name: string; readonly pending: string | null; readonly seen: readonly Seen[] };
export type Seen = { readonly promise: string; readonly kept: boolean | null; readonly told: string };

const patienceMs = 90_000;

/** Breaks it with a recurso arriving meanwhile, looks at what people are told, mends it, and compares the books. */
export const tryBreak = async (one: Break, stage: Stage, parts: Parts): Promise<Outcome> => {
  const pending = one.pending(stage, parts);
  if (pending !== null) return { name: one.name, pending, seen: [] };
  const after = lastAviso(stage.databaseFile);
  const mailsBefore = stage.outside.mail.subjects.length;
  await one.apply(stage);
  stage.outside.arrive(1);
  const broken = [await sentence(one, stage), await oneAlert(one, stage, after)];
  await one.mend(stage);
  const mended = [await allWell(stage), await recovered(one, stage, { after, mailsBefore }, parts), await nothingLost(stage)];
  return { name: one.name, pending: null, seen: [...broken, ...mended] };
};

const sentence = async ({ door }: Break, { service }: Stage): Promise<Seen> => {
  const promise = 'frase en el panel';
  const shut = await until(async () => {
    const { ready, doors } = await readDoors(service.url);
    const bad = doors.find(({ puerta, estado }) => door.test(puerta) && estado === 'mal');
    return bad && !ready ? bad : null;
  });
  if (!shut) return { promise, kept: false, told: '/listo no lo dice' };
  const page = await readPage(`${service.url}/sistema`);
  const shown = page.includes(squeeze(shut.motivo));
  return { promise, kept: shown, told: shown ? squeeze(shut.motivo) : `/sistema no dice «${shut.motivo}»` };
};

const oneAlert = async ({ clave }: Break, { service, databaseFile }: Stage, after: number): Promise<Seen> => {
  const promise = 'un aviso';
  const matching = () => readAvisos(databaseFile, after).filter((row) => clave.test(row.clave));
  const open = await until(async () => matching().find(({ estado }) => estado === 'abierto') ?? null);
  if (!open) return { promise, kept: false, told: 'no hay ningún aviso abierto' };
  const rows = matching();
  const onPanel = await until(async () => ((await readPage(`${service.url}/`)).includes(squeeze(open.titulo)) ? true : null));
  const told = `${rows.map(({ clave: name, titulo, veces }) => `${name} ×${veces}: ${titulo}`).join(' · ')}${onPanel ? '' : ' (no está en la primera página)'}`;
  return { promise, kept: rows.length === 1 && onPanel === true, told };
};

const allWell = async ({ service }: Stage): Promise<Seen> => {
  const ready = await until(async () => ((await readDoors(service.url)).ready ? true : null));
  if (ready) return { promise: 'vuelve solo', kept: true, told: '/listo contesta 200' };
  const { doors } = await readDoors(service.url);
  const bad = doors.filter(({ estado }) => estado === 'mal').map(({ puerta, motivo }) => `${puerta}: ${motivo}`);
  return { promise: 'vuelve solo', kept: false, told: bad.join(' · ') };
};

type Since = { readonly after: number; readonly mailsBefore: number };

/** The aviso ends, and whoever was written to about it is told. */
const recovered = async ({ clave }: Break, stage: Stage, since: Since, parts: Parts): Promise<Seen> => {
  const promise = 'recuperación';
  const rows = (): readonly AvisoRow[] => readAvisos(stage.databaseFile, since.after).filter((row) => clave.test(row.clave));
  const closed = await until(async () => (rows().every(({ estado }) => estado !== 'abierto') ? true : null));
  if (!closed) return { promise, kept: false, told: 'el aviso sigue abierto' };
  if (!parts.mail) return { promise, kept: true, told: 'aviso resuelto (pendiente: esta versión todavía no envía correo)' };
  const mail = await until(
    async () => stage.outside.mail.subjects.slice(since.mailsBefore).find((one) => one.includes('RECUPERACION')) ?? null,
  );
  return { promise, kept: mail !== null, told: mail ?? 'aviso resuelto, pero no ha llegado el correo que lo dice' };
};

const nothingLost = async ({ outside, databaseFile }: Stage): Promise<Seen> => {
  const look = () => readBooks(outside.sourceFile, databaseFile, outside.world.sede);
  const whole = await until(async () => {
    const books = await look();
    return isWhole(books) ? books : null;
  });
  return { promise: 'nada perdido', kept: whole !== null, told: tellBooks(whole ?? (await look())) };
};

/** Looks again and again, a minute and a half at most; a look that fails is one that has not seen it yet. */
export const until = async <T>(look: () => Promise<T | null>): Promise<T | null> => {
  for (const end = Date.now() + patienceMs; Date.now() < end; await delay(300)) {
    const seen = await look().catch(() => null);
    if (seen !== null) return seen;
  }
  return null;
};
