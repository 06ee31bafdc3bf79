/**
 * `npm run doctor`: says, line by line, what works from this machine. Changes nothing, and may run while Cerebro works.
 * Exit code 1 if something that is configured fails. `-- --soporte <archivo.zip>` leaves there what somebody who helps needs.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Config, parseConfig, readEnvironment } from './config.ts';
import { judgeDisk } from './datos/rules.ts';
import { lookAtDisk, nearest, onSameDisk } from './datos/vigilar.ts';
import { inspectDatabase } from './db/inspect.ts';
import { openForReading, openMemoryDatabase } from './db/open.ts';
import { copiesFolder } from './db/restore.ts';
import { openControlRoom } from './gateways/a360/open.ts';
import type { LoadProvider } from './gateways/carga/carga.ts';
import { openLoadProviders } from './gateways/carga/open.ts';
import { openCorreo } from './gateways/correo/open.ts';
import { checkWritable, mayWrite, megabytes } from './gateways/evidencias/disk.ts';
import { readCertificate } from './gateways/navegador/certificate.ts';
import { provisionBrowser } from './gateways/navegador/provision.ts';
import { tryBrowser } from './gateways/navegador/try-browser.ts';
import { openOrigen } from './gateways/origen/open.ts';
import type { Origen } from './gateways/origen/origen.ts';
import { createPapers } from './gateways/xvia/plain.ts';
import { trustMachine } from './lib/authorities.ts';
import { systemClock } from './lib/clock.ts';
import { asError, CerebroError } from './lib/errors.ts';
import { spaceWords } from './lib/format.ts';
import { silentLog } from './lib/log.ts';
import { hideSecrets } from './lib/secrets.ts';
import { readLiveSettings } from './sistema/ajustes.ts';
import { type Check, examine, exitCode, type Finding, line } from './sistema/findings.ts';
import { secretValues } from './sistema/secret-values.ts';
import { supportBundle } from './sistema/soporte.ts';

/** What a doctor looks at, in the order it tells it. */
export const checksOf = (config: Config): readonly Check[] => [
  { part: 'Disco', isAlone: true, look: () => lookAtRoom(config) },
  { part: 'SQLite', isAlone: true, look: () => lookAtDatabase(config) },
  { part: 'Origen', look: () => lookAtOrigen(config) },
  { part: 'Intranet', look: () => lookAtIntranet(config) },
  { part: 'Navegador', patienceMs: 60_000, look: () => lookAtBrowser(config) },
  { part: 'Certificado', look: () => lookAtCertificate(config) },
  { part: 'Control Room', look: () => lookAtControlRoom(config) },
  { part: 'Clouders', look: () => lookAtTickets(config, 'clouders') },
  { part: 'RPA360', look: () => lookAtTickets(config, 'rpa360') },
  { part: 'Correo', look: () => lookAtCorreo(config) },
  { part: 'Webhook', look: () => lookAtWebhook(config) },
  { part: 'Ajustes', look: async () => lookAtSettings(config) },
];

/** What was given for nothing: no failure, but somebody believes it holds. */
const lookAtSettings = ({ provenance: { leftOver } }: Config): string =>
  leftOver.length === 0 ? 'todo lo que se ha dado se usa' : leftOver.map(({ name, why }) => `${name} ${why}`).join(' ');

/** By the measure of the house at work, and with the limits that hold in it: what stops it there fails here. */
const lookAtRoom = async (config: Config): Promise<string> => {
  checkWritable(config.DATA_DIR);
  const copies = copiesFolder(config);
  if (!mayWrite(nearest(copies)))
    throw new CerebroError('copias_no_escribible', `En la carpeta de las copias, ${copies}, no se puede escribir.`);
  const limits = diskLimits(config);
  const spaces = await lookAtDisk({ config });
  const verdict = judgeDisk(spaces, limits);
  if (verdict?.nivel === 'CRITICO') {
    const sentence = `Quedan ${spaceWords(verdict.freeMb)} en ${verdict.folder}: con menos de ${spaceWords(limits.min)} no empieza nada nuevo (DISCO_LIBRE_MIN_MB).`;
    throw new CerebroError('disco_lleno', sentence);
  }
  const free = (what: string) => spaceWords(spaces.find((space) => space.what === what)?.freeMb ?? 0);
  const apart = onSameDisk(copies, config.DATA_DIR) ? 'en el mismo disco que los datos' : `${free('Copias')} libres`;
  const little = verdict === null ? '' : `; queda poco en ${verdict.folder} (DISCO_LIBRE_AVISO_MB)`;
  return `${free('Datos')} libres en ${config.DATA_DIR}; copias en ${copies}, ${apart}${little}`;
};

/** As edited in the panel, where there is a database that says so. */
const diskLimits = (config: Config): { min: number; warn: number } => {
  for (const open of [() => openForReading(config.DATA_DIR), openMemoryDatabase]) {
    try {
      const db = open();
      const { DISCO_LIBRE_MIN_MB: min, DISCO_LIBRE_AVISO_MB: warn } = readLiveSettings(db, config);
      db.close();
      return { min, warn };
    } catch {
      // None yet, or damaged, which its own line tells: then what the environment gives.
    }
  }
  throw new CerebroError('sin_limites', 'No se han podido leer los límites del disco.');
};

const lookAtDatabase = async ({ DATA_DIR }: Config): Promise<string> => {
  const { sqliteVersion, file, bytes } = inspectDatabase(DATA_DIR);
  const size = bytes === null ? 'se creará en el primer arranque' : `${megabytes(bytes)}, sin daños`;
  return `SQLite ${sqliteVersion}; ${file}: ${size}`;
};

/** Reading and, unless it must never be written to, claiming: asked without changing a row. */
const lookAtOrigen = async ({ ORIGEN_URL, ORIGEN_SOLO_LECTURA, ORIGEN_USE_UTC, BOT_USER }: Config): Promise<string> => {
  const origen = openOrigen(ORIGEN_URL, { useUtc: ORIGEN_USE_UTC, readOnly: ORIGEN_SOLO_LECTURA });
  try {
    await origen.check();
    const unseen = await unseenIn(origen);
    if (ORIGEN_SOLO_LECTURA) return `${origen.shownAs} responde y se deja leer${unseen}`;
    await origen.checkClaim(BOT_USER);
    return `${origen.shownAs} responde, se deja leer y admite reclamar${unseen}`;
  } finally {
    await origen.close();
  }
};

/** Recursos go without what those tables would tell. */
const unseenIn = async ({ unseen, kind }: Origen): Promise<string> => {
  const tables = (await unseen()).join(', ');
  if (tables === '') return '';
  return `; no se ven ${tables}${kind === 'mssql' ? ': si existen, pida GRANT SELECT para leer sus datos (docs/sql-server.md)' : ''}`;
};

const lookAtIntranet = async ({ XVIA_URL }: Config): Promise<string | null> => {
  if (XVIA_URL === undefined) return null;
  await createPapers(XVIA_URL).check();
  return `${XVIA_URL} responde`;
};

/** Enters with the real credentials and asks for a list: what a launch needs, and nothing is launched. */
const lookAtControlRoom = async (config: Config): Promise<string | null> => {
  const room = openControlRoom(config, { clock: systemClock, log: silentLog() });
  try {
    await room?.check();
    return room && `${room.shownAs} responde y admite a ${config.AA_USER}`;
  } finally {
    await room?.close();
  }
};

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** Asks for the tickets as the balancer does; nothing is kept of them. */
const lookAtTickets = async (config: Config, name: LoadProvider['name']): Promise<string | null> => {
  const providers = openLoadProviders(config, { clock: systemClock });
  try {
    const provider = providers.find((one) => one.name === name);
    if (!provider) return null;
    const answer = await provider.load(new AbortController().signal);
    if (answer.kind === 'failed') throw new CerebroError('carga_no_responde', answer.reason);
    const total = answer.tickets.values().reduce((sum, count) => sum + count, 0);
    return `${provider.place} responde: ${counted(total, 'ticket')} de ${counted(answer.tickets.size, 'robot')}`;
  } finally {
    for (const one of providers) await one.close();
  }
};

/** Connects and enters; nothing is sent. */
const lookAtCorreo = async (config: Config): Promise<string | null> => {
  const correo = openCorreo(config);
  await correo?.check();
  return correo && `${correo.shownAs} responde${config.EMAIL_USER === undefined ? '' : ` y admite a ${config.EMAIL_USER}`}`;
};

/** Any answer will do: whoever takes avisos may well refuse to be asked. Nothing is posted, and its address is a secret. */
const lookAtWebhook = async ({ AVISOS_WEBHOOK_URL, EMAIL_TIMEOUT_SEG }: Config): Promise<string | null> => {
  if (AVISOS_WEBHOOK_URL === undefined) return null;
  const { host } = new URL(AVISOS_WEBHOOK_URL);
  const signal = AbortSignal.timeout(EMAIL_TIMEOUT_SEG * 1000);
  const reply = await fetch(AVISOS_WEBHOOK_URL, { method: 'HEAD', redirect: 'manual', signal }).catch(() => {
    throw new CerebroError('webhook_no_responde', `El webhook de avisos (${host}) no contesta.`);
  });
  await reply.body?.cancel();
  return `${host} contesta; no se le ha mandado nada (el botón «Enviar un aviso de prueba» de Avisos, sí)`;
};

const lookAtBrowser = async (config: Config): Promise<string> => {
  const certificate = config.CERTIFICADO_PFX !== undefined;
  const needs = { configured: config.NAVEGADOR, visible: config.NAVEGADOR_VISIBLE, certificate };
  const choice = await provisionBrowser({ ...needs, install: false, log: silentLog() });
  return `${choice.executablePath ?? choice.channel ?? 'Chromium de Playwright'} (versión ${await tryBrowser(choice)})`;
};

const lookAtCertificate = async ({ CERTIFICADO_PFX, CERTIFICADO_PASSWORD }: Config): Promise<string | null> => {
  if (CERTIFICADO_PFX === undefined) return null;
  const { subject, validTo } = await readCertificate(CERTIFICADO_PFX, CERTIFICADO_PASSWORD ?? '');
  const until = validTo.toISOString().slice(0, 10);
  if (validTo.getTime() > Date.now()) return `${subject}, válido hasta el ${until}`;
  throw new CerebroError('certificado_caducado', `El certificado de ${subject} caducó el ${until}: renuévelo.`);
};

/** Whose certificate it is stays here. */
const impersonal = (finding: Finding): Finding =>
  finding.part === 'Certificado' && finding.state === 'bien' ? { ...finding, detail: '' } : finding;

/** The bundle of a house that may not even start: with the report of the doctor in the place of its doors. */
const leaveBundle = async (config: Config, file: string, findings: readonly Finding[]): Promise<void> => {
  const db = openForReading(config.DATA_DIR);
  try {
    writeFileSync(
      file,
      await supportBundle({ db, config, clock: systemClock }, { doors: findings.map(impersonal).map(line), cycles: null }),
    );
  } finally {
    db.close();
  }
  process.stdout.write(`Paquete de soporte: ${file}\n`);
};

const main = async (): Promise<number> => {
  trustMachine();
  const { values } = parseArgs({ options: { soporte: { type: 'string' } } });
  const config = parseConfig(readEnvironment());
  hideSecrets(secretValues(config));
  const checks = checksOf(config);
  const findings = await examine(checks, (finding) => process.stdout.write(`${line(finding)}\n`));
  if (values.soporte !== undefined) await leaveBundle(config, values.soporte, findings);
  return exitCode(findings);
};

if (import.meta.main) {
  process.exitCode = await main().catch((error: unknown) => {
    process.stderr.write(`${asError(error).message}\n`);
    return 1;
  });
  // What was given up waiting for would keep the process until it answers; the rest has a moment to close what it opened.
  setTimeout(() => process.exit(), 1000).unref();
}
