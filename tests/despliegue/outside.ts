import { join } from 'node:path';
import { type SimulatedControlRoom, startControlRoom } from '#server/demo/a360/control-room.ts';
import { addRecursos, createSampleSource } from '#server/demo/source/create.ts';
import { makeIdentity } from '#server/demo/tds/certificate.ts';
import { type SqlServer, startSqlServer } from '#server/demo/tds/server.ts';
import { startWorld, type World } from '#server/demo/world-child.ts';
import { createGate, type Gate } from './gate.ts';
import { createHook } from './hook.ts';
import { createMailSink, type Sink } from './smtp.ts';

/** Everything Cerebro depends on, each part to be stopped and started again where it was. */
export type Outside = {
  readonly sourceFile: string;
  readonly world: World;
  readonly intranet: Gate;
  readonly mail: Sink;
  readonly hook: Sink;
  readonly settings: Readonly<Record<string, string>>;
  stopSource(): Promise<void>;
  startSource(): Promise<void>;
  stopA360(): Promise<void>;
  startA360(): Promise<void>;
  /** Every launch that the Control Room has accepted. */
  launches(): Promise<readonly { readonly bot: string }[]>;
  /** More recursos at the source, whether it answers or not. */
  arrive(count: number): void;
  close(): Promise<void>;
};

export const openOutside = async (folder: string): Promise<Outside> => {
  const sourceFile = join(folder, 'origen.db');
  createSampleSource(sourceFile, { bodies: { xaloc: 2 }, traps: false });
  const identity = makeIdentity();
  const world = await startWorld({ dataDir: folder, sedePort: '0', xviaPort: '0', ownXvia: true });
  const intranet = await createGate(world.xvia ?? '');
  const [mail, hook] = await Promise.all([createMailSink(), createHook()]);
  let source: SqlServer | null = await startSqlServer({ file: sourceFile, port: 0, identity });
  let room: SimulatedControlRoom | null = await startControlRoom({ port: 0, dataDir: folder });
  const [sourcePort, roomPort] = [source.port, Number(new URL(room.url).port)];
  const { username, apiKey } = room.script.account;
  const settings = {
    ...{ ORIGEN_URL: source.url, BOT_USER: 'Cerebro Despliegue', XVIA_URL: intranet.url },
    ...{ AA_URL: room.url, AA_USER: username, AA_API_KEY: apiKey, CALLBACK_TOKEN: 'secreto-de-la-prueba' },
    ...{ EMAIL_SMTP_SERVER: '127.0.0.1', EMAIL_SMTP_PORT: String(mail.port) },
    ...{ EMAIL_FROM: 'cerebro@exemple.invalid', EMAIL_RECIPIENTS: 'guardia@exemple.invalid' },
    AVISOS_WEBHOOK_URL: `http://127.0.0.1:${hook.port}/avisos`,
  };
  const stopSource = async () => {
    await source?.close();
    source = null;
  };
  const stopA360 = async () => {
    await room?.close();
    room = null;
  };
  return {
    ...{ sourceFile, world, intranet, mail, hook, settings, stopSource, stopA360 },
    startSource: async () => {
      source ??= await startSqlServer({ file: sourceFile, port: sourcePort, identity });
    },
    startA360: async () => {
      room ??= await startControlRoom({ port: roomPort, dataDir: folder });
    },
    launches: async () => room?.register() ?? [],
    arrive: (count) => void addRecursos(sourceFile, 'xaloc', count),
    close: async () => {
      await Promise.all([stopSource(), stopA360(), intranet.shut(), mail.stop(), hook.stop()]);
      await world.stop();
    },
  };
};
