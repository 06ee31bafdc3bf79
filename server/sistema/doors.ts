import { statfs } from 'node:fs/promises';
import { diskGate } from '#server/datos/disk-gate.ts';
import type { Deps } from '#server/deps.ts';
import { freeMb } from '#server/lib/disk.ts';
import { asError } from '#server/lib/errors.ts';
import { spaceWords } from '#server/lib/format.ts';

/** A door of the house, asked just now. */
export type Door = {
  readonly name: string;
  /** `apagada`: not configured, so nothing expects it to work. */
  readonly state: 'bien' | 'mal' | 'apagada' | 'preparando';
  /** Spanish: where it leads, or why it does not open. */
  readonly detail: string;
  /** Cerebro is ready without it. */
  readonly isExtra?: true;
};

/** Longer than this and a door counts as shut. */
const patienceMs = 4000;

export const databaseDoor = 'base de datos';

/** Knocks at every door at once; none of them makes the answer fail. */
export const checkDoors = (deps: Deps): Promise<Door[]> =>
  Promise.all([
    knock(databaseDoor, deps, () => Promise.resolve(checkDatabase(deps))),
    knock('origen', deps, () => deps.origen.check().then(() => deps.origen.shownAs)),
    deps.papers
      ? knock('intranet', deps, () => checkPapers(deps))
      : off('intranet', 'Sin XVIA_URL: no se descargan documentos y no se presenta nada.'),
    knockAtA360(deps),
    knockAtBrowser(deps),
    knock('disco', deps, () => checkDisk(deps)),
  ]);

/** The certificate of the company, opened just now; null where none is configured. */
export const checkCertificate = async (deps: Deps): Promise<Door | null> => {
  const { certificado, clock } = deps;
  if (!certificado) return null;
  return knock('certificado', deps, async () => {
    const { subject, validTo } = await certificado();
    const until = validTo.toISOString().slice(0, 10);
    if (validTo.getTime() <= clock.now().getTime()) throw new Error(`El certificado de ${subject} caducó el ${until}: renuévelo.`);
    return `${subject}, válido hasta el ${until}`;
  });
};

/** What is no door to the outside: who may come in. */
export const partsOff = (people: number): readonly Door[] => [usersDoor(people)];

/** @param people who may come in now */
const usersDoor = (people: number): Door => {
  if (people === 0) return { name: 'usuarios', state: 'apagada', detail: 'Sin usuarios: el panel solo se abre desde esta máquina.' };
  const detail = people === 1 ? 'Una persona puede entrar.' : `${people} personas pueden entrar.`;
  return { name: 'usuarios', state: 'bien', detail };
};

/**
 * Whoever tells people about avisos; Cerebro is ready without. They are not knocked at: their avisos say how the last letter went.
 */
export const toldDoors = ({ correo, webhook, db }: Pick<Deps, 'correo' | 'webhook' | 'db'>): readonly Door[] => {
  const door = (name: string, canal: string, shownAs: string): Door => {
    const failing = db.sql(`SELECT detalle FROM avisos WHERE clave = ? AND estado = 'abierto'`).get(`envio:${canal}`);
    return failing === undefined ? { name, state: 'bien', detail: shownAs } : { name, state: 'mal', detail: String(failing.detalle) };
  };
  return [
    correo
      ? door('correo (SMTP)', 'correo', correo.shownAs)
      : { name: 'correo (SMTP)', state: 'apagada', detail: 'Sin EMAIL_SMTP_SERVER: no se avisa por correo.' },
    ...(webhook ? [door('webhook de avisos', 'webhook', webhook.shownAs)] : []),
  ];
};

const off = (name: string, detail: string): Promise<Door> => Promise.resolve({ name, state: 'apagada', detail });

const knock = async (name: string, { clock }: Pick<Deps, 'clock'>, ask: (signal: AbortSignal) => Promise<string>): Promise<Door> => {
  const late = new AbortController();
  const timeout = clock.sleep(patienceMs, late.signal).then(() => Promise.reject(new Error('No ha contestado a tiempo.')));
  try {
    return { name, state: 'bien', detail: await Promise.race([ask(late.signal), timeout]) };
  } catch (thrown) {
    return { name, state: 'mal', detail: asError(thrown).message };
  } finally {
    timeout.catch(() => undefined);
    late.abort();
  }
};

const checkDatabase = ({ db }: Deps): string => {
  db.sql('SELECT 1').get();
  return db.sqlite.name;
};

const checkPapers = async ({ papers, config }: Deps): Promise<string> => {
  await papers?.check();
  return config.XVIA_URL ?? '';
};

const knockAtA360 = (deps: Deps): Promise<Door> => {
  const { a360 } = deps;
  const name = 'Control Room (A360)';
  return a360
    ? knock(name, deps, (signal) => a360.check(signal).then(() => a360.shownAs))
    : off(name, 'Sin AA_URL: no se lanza nada en A360.');
};

/** While it is being prepared nothing is wrong: the robots only begin later. */
const knockAtBrowser = (deps: Deps): Promise<Door> => {
  const { missing } = deps.pool;
  const name = 'navegador';
  if (missing?.preparing) return Promise.resolve({ name, state: 'preparando', detail: missing.reason });
  return knock(name, deps, () => Promise.resolve(checkPool(deps)));
};

const checkPool = ({ pool }: Deps): string => {
  if (pool.size === 0) throw new Error(pool.missing?.reason ?? 'No hay navegador: los robots no pueden trabajar.');
  return pool.size === 1 ? '1 hilo' : `${pool.size} hilos`;
};

/** Full is what keeps the house from beginning anything. */
const checkDisk = async (deps: Deps): Promise<string> => {
  const gate = diskGate(deps);
  if (!gate.open) throw new Error(gate.sentence);
  const folder = deps.config.DATA_DIR;
  return `${spaceWords(freeMb(await statfs(folder)))} libres en ${folder}`;
};
