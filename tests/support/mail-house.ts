import type { TestContext } from 'node:test';
import type { AvisosDeps } from '#server/avisos/anotar.ts';
import { runAvisar } from '#server/avisos/avisar.ts';
import { type Aviso, raise, resolve } from '#server/avisos/raise.ts';
import { parseConfig } from '#server/config.ts';
import { openMemoryDatabase } from '#server/db/open.ts';
import { openCorreo } from '#server/gateways/correo/open.ts';
import { isoNow } from '#server/lib/clock.ts';
import { createHub } from '#server/lib/hub.ts';
import { silentLog } from '#server/lib/log.ts';
import type { ManualClock } from './manual-clock.ts';
import { type SmtpMode, startSmtp } from './smtp.ts';

const source: Aviso = {
  ...{ clave: 'origen', nivel: 'ALTO', ambito: 'SISTEMA', naturaleza: 'TRANSITORIO', titulo: 'El origen no responde' },
  acciones: ['Mire la red.'],
};

type Options = { readonly mode?: SmtpMode; readonly to?: string };

export type MailHouse = Awaited<ReturnType<typeof openMailHouse>>;

/** The avisos with a real mail server. `to` = EMAIL_RECIPIENTS. */
export const openMailHouse = async (t: TestContext, clock: ManualClock, { mode = {}, to = 'it@x.example' }: Options = {}) => {
  let server = await startSmtp(mode);
  const { port } = server;
  t.after(() => server.close());
  const env = { ORIGEN_URL: 'sqlite:x.db', BOT_USER: 'b', EMAIL_SMTP_SERVER: '127.0.0.1', EMAIL_SMTP_PORT: String(port) };
  const config = parseConfig({
    ...env,
    EMAIL_FROM: 'cerebro@x.example',
    EMAIL_RECIPIENTS: to,
    URL_PUBLICA: 'https://cerebro.example',
  });
  const db = openMemoryDatabase(clock);
  t.after(() => db.close());
  const log = silentLog();
  const deps: AvisosDeps = { config, clock, db, log, hub: createHub(log), correo: openCorreo(config), webhook: null };
  return {
    db,
    cycle: () => runAvisar(deps, new AbortController().signal),
    tell: (over: Partial<Aviso> = {}) => db.write(() => raise(db, isoNow(clock), { ...source, ...over })),
    end: (clave = 'origen') => db.write(() => resolve(db, isoNow(clock), clave)),
    down: () => server.close(),
    up: async () => {
      server = await startSmtp({ ...mode, port });
    },
    subjects: async (n: number) => (await server.taken(n)).map(({ subject }) => subject),
    without: () => runAvisar({ ...deps, correo: null }, new AbortController().signal),
    mails: (n: number) => server.taken(n),
    last: async (n: number) => (await server.taken(n)).at(-1),
    column: (sql: string) => db.sqlite.prepare(sql).pluck().all(),
  };
};
