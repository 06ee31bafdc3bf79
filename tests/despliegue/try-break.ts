import { setTimeout as delay } from 'node:timers/promises';
import {
  type AvisoRow,
  isWhole,
  lastAviso,
  lettersWaiting,
  readAvisos,
  readBooks,
  readDoors,
  readPage,
  squeeze,
  tellBooks,
} from './books.ts';
import type { Break, Stage } from './breaks.ts';

/** One promise, and how it came out: kept, broken, or not to be tried here (null), with what was seen. */
export type Seen = { readonly promise: string; readonly kept: boolean | null; readonly told: string };
export type Outcome = { readonly name: string; readonly seen: readonly Seen[] };

// A cycle that failed rests for a minute and a bit at most (scheduler/plan-rounds.ts).
const patienceMs = 100_000;
/** Several rounds of every cycle: whoever would tell it twice has had the time. */
const roundsMs = 7000;

type Since = { readonly aviso: number; readonly correo: number; readonly webhook: number };

/** Breaks it with a recurso arriving meanwhile, looks at what people are told, mends it, counts every letter and compares the books. */
export const tryBreak = async (one: Break, stage: Stage): Promise<Outcome> => {
  const cannot = one.cannot?.(stage.place) ?? null;
  if (cannot !== null) return { name: one.name, seen: [{ promise: 'todo', kept: null, told: cannot }] };
  const { mail, hook } = stage.outside;
  const since = { aviso: lastAviso(stage.databaseFile), correo: mail.subjects.length, webhook: hook.subjects.length };
  await one.apply(stage);
  stage.outside.arrive(1);
  const broken = [await sentence(one, stage), await oneAviso(one, stage, since), await oneLetter(one, stage, since)];
  await one.mend(stage);
  const mended = [await allWell(stage), await recovered(one, stage, since), await nothingLost(stage)];
  return { name: one.name, seen: [...broken, ...mended] };
};

/** `/listo` says which door and why, and `/sistema` says the same to people. */
const sentence = async ({ door, isExtra, besides }: Break, { service }: Stage): Promise<Seen> => {
  const promise = 'frase en el panel';
  const staysReady = isExtra === true && besides === undefined;
  const shut = await until(async () => {
    const { ready, doors } = await readDoors(service.url);
    const bad = doors.find(({ puerta, estado }) => door.test(puerta) && estado === 'mal');
    return bad && ready === staysReady ? bad : null;
  });
  if (!shut) return { promise, kept: false, told: '/listo no lo dice' };
  const shown = await until(async () => ((await readPage(`${service.url}/sistema`)).includes(squeeze(shut.motivo)) ? true : null));
  return { promise, kept: shown === true, told: shown ? squeeze(shut.motivo) : `/sistema no dice «${shut.motivo}»` };
};

/** That one, once, is open, and the first page names it; nothing else is raised but what must come with it. */
const oneAviso = async ({ clave, besides }: Break, { service, databaseFile }: Stage, since: Since): Promise<Seen> => {
  const promise = 'un aviso';
  const open = await until(async () => readAvisos(databaseFile, since.aviso).find((row) => row.clave === clave) ?? null);
  if (!open) return { promise, kept: false, told: 'no hay ningún aviso abierto' };
  const onPanel = await until(async () => ((await readPage(`${service.url}/`)).includes(squeeze(open.titulo)) ? true : null));
  await delay(roundsMs);
  const rows = readAvisos(databaseFile, since.aviso);
  const right = sameOnes(
    rows.map((row) => row.clave),
    besides === undefined ? [clave] : [clave, besides],
  );
  const told = `${rows.map(({ clave: name, titulo, veces }) => `${name} ×${veces}: ${titulo}`).join(' · ')}${onPanel ? '' : ' (no está en la primera página)'}`;
  return { promise, kept: right && onPanel === true && rows.every(({ estado }) => estado === 'abierto'), told };
};

/** While it lasts, whoever can still be told has been told once. */
const oneLetter = async (one: Break, stage: Stage, since: Since): Promise<Seen> => {
  const rows = readAvisos(stage.databaseFile, since.aviso);
  const wanted = { correo: toTell(one, rows, 'correo'), webhook: toTell(one, rows, 'webhook') };
  const channels = (['correo', 'webhook'] as const).filter((canal) => one.untold !== canal);
  return counted('un mensaje', one, stage, {
    since,
    wanted: Object.fromEntries(channels.map((canal) => [canal, wanted[canal].map(({ titulo }) => titulo)])),
  });
};

/** Every aviso is over, and both ways have told each beginning and each end once, also those that waited meanwhile. */
const recovered = async (one: Break, stage: Stage, since: Since): Promise<Seen> => {
  const promise = 'recuperación';
  const rows = () => readAvisos(stage.databaseFile, since.aviso);
  const over = await until(async () => (rows().every(({ estado }) => estado !== 'abierto') ? true : null));
  if (!over) return { promise, kept: false, told: 'el aviso sigue abierto' };
  const sent = await until(async () => (lettersWaiting(stage.databaseFile) === 0 ? true : null));
  if (!sent) return { promise, kept: false, told: 'quedan mensajes por enviar' };
  await delay(roundsMs);
  const both = (canal: 'correo' | 'webhook') => toTell(one, rows(), canal).flatMap(({ titulo }) => [titulo, `Resuelto: ${titulo}`]);
  return counted(promise, one, stage, { since, wanted: { correo: both('correo'), webhook: both('webhook') } });
};

const toTell = ({ clave, untold }: Break, rows: readonly AvisoRow[], canal: string): readonly AvisoRow[] =>
  rows.filter((row) => !(row.clave === clave && untold === canal));

type Count = { readonly since: Since; readonly wanted: Partial<Record<'correo' | 'webhook', readonly string[]>> };

/** What has come to each since it was broken, to the letter: no more and no less. */
const counted = async (promise: string, { words = / /, clave }: Break, { outside }: Stage, { since, wanted }: Count): Promise<Seen> => {
  const come = { correo: () => outside.mail.subjects.slice(since.correo), webhook: () => outside.hook.subjects.slice(since.webhook) };
  const channels = Object.keys(wanted) as (keyof typeof come)[];
  const good = await until(async () =>
    channels.every((canal) => sameOnes(come[canal]().map(titleOf), wanted[canal] ?? [])) ? true : null,
  );
  const worded = channels.flatMap((canal) => come[canal]()).every((subject) => words.test(subject));
  const recovery = come
    .correo()
    .concat(come.webhook())
    .find((subject) => subject.includes('RECUPERACION'));
  const marked = promise !== 'recuperación' || recovery !== undefined;
  const told = channels.map((canal) => `${canal} ${come[canal]().length}: ${come[canal]().join(' | ') || 'nada'}`).join(' · ');
  const expected = good ? '' : ` — se esperaba de ${clave}: ${JSON.stringify(wanted)}`;
  return {
    promise,
    kept: good === true && worded && marked && channels.some((canal) => (wanted[canal] ?? []).length > 0),
    told: told + expected,
  };
};

/** «Cerebro - CRITICO - SISTEMA - PERMANENTE - título» → «título» */
const titleOf = (subject: string): string => subject.split(' - ').slice(4).join(' - ');

const sameOnes = (some: readonly string[], others: readonly string[]): boolean =>
  [...some].sort().join('\n') === [...others].sort().join('\n');

const allWell = async ({ service }: Stage): Promise<Seen> => {
  const isBad = ({ estado }: { estado: string }) => estado === 'mal';
  const ready = await until(async () => {
    const { ready: yes, doors } = await readDoors(service.url);
    return yes && !doors.some(isBad) ? true : null;
  });
  if (ready) return { promise: 'vuelve solo', kept: true, told: '/listo contesta 200, y ninguna puerta está mal' };
  const bad = (await readDoors(service.url)).doors.filter(isBad).map(({ puerta, motivo }) => `${puerta}: ${motivo}`);
  return { promise: 'vuelve solo', kept: false, told: bad.join(' · ') };
};

const nothingLost = async ({ outside, databaseFile }: Stage): Promise<Seen> => {
  const look = () => readBooks(outside, databaseFile);
  const whole = await until(async () => {
    const books = await look();
    return isWhole(books) ? books : null;
  });
  return { promise: 'nada perdido', kept: whole !== null, told: tellBooks(whole ?? (await look())) };
};

/** Looks again and again, for as long as somebody may have to wait; a look that fails is one that has not seen it yet. */
export const until = async <T>(look: () => Promise<T | null>): Promise<T | null> => {
  for (const end = Date.now() + patienceMs; Date.now() < end; await delay(300)) {
    const seen = await look().catch(() => null);
    if (seen !== null) return seen;
  }
  return null;
};
