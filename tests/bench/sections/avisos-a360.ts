import { Agent, request as ask } from 'node:http';
import { parseConfig } from '#server/config.ts';
import { openDatabase } from '#server/db/open.ts';
import { openCallbackServer } from '#server/ejecuciones/callback-server.ts';
import { systemClock } from '#server/lib/clock.ts';
import { createHub } from '#server/lib/hub.ts';
import { silentLog } from '#server/lib/log.ts';
import type { Contender } from '../lib/rounds.ts';
import type { Bench, Section } from '../lib/section.ts';
import { perSecond } from '../lib/speed.ts';

const callbacks = 10_000;
const token = 'un-secreto-de-prueba';
/** How many A360 sends at once. */
const together = 64;

/** Sends one and answers the status it got. */
const post = (agent: Agent, url: string, body: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const headers = { 'x-authorization': token, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sent = ask(url, { method: 'POST', agent, headers }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
    });
    sent.on('error', reject).end(body);
  });

const sendAll = async (url: string): Promise<void> => {
  const agent = new Agent({ keepAlive: true, maxSockets: together });
  let next = 0;
  const sender = async () => {
    for (let n = next++; n < callbacks; n = next++) {
      const status = await post(
        agent,
        url,
        JSON.stringify({ deploymentId: `d-${n}`, status: 'RUN_COMPLETED', deviceId: '31', userId: '88' }),
      );
      if (status !== 200) throw new Error(`callback ${n} got ${status}`);
    }
  };
  await Promise.all(Array.from({ length: together }, sender));
  agent.destroy();
};

/** A fresh house with ten thousand runs going on; every callback must end its own run, once. */
const absorb = (folder: (name: string) => string): Contender => {
  let round = 0;
  return {
    name: 'Cerebro',
    run: async () => {
      round += 1;
      const env = { CALLBACK_TOKEN: token, CALLBACK_SERVER_PORT: '0', CALLBACK_SERVER_HOST: '127.0.0.1' };
      const config = parseConfig({ ORIGEN_URL: 'sqlite:x', BOT_USER: 'Prueba', ...env });
      const db = openDatabase(folder(`avisos-${round}`));
      const log = silentLog();
      const server = await openCallbackServer({ db, config, clock: systemClock, hub: createHub(log), log });
      try {
        db.sqlite.exec(
          `WITH RECURSIVE runs (value) AS (SELECT 0 UNION ALL SELECT value + 1 FROM runs WHERE value < ${callbacks - 1})
           INSERT INTO ejecuciones (ejecucion_id, deployment_id, robot_id, equipo_id, user_id, estado)
           SELECT 'e-' || value, 'd-' || value, '4711', 'equipo-' || value, 'user-' || value, 'RUNNING' FROM runs`,
        );
        const speed = await perSecond(callbacks, () => sendAll(`${server?.url}/api/callback`));
        const ended = db.sql("SELECT count(*) AS n FROM ejecuciones WHERE estado = 'RUN_COMPLETED' AND origen = 'callback'").get()?.n;
        const told = db.sql("SELECT count(*) AS n, count(DISTINCT entity_id) AS runs FROM events WHERE kind = 'reported'").get();
        if (ended !== callbacks || told?.n !== callbacks || told.runs !== callbacks)
          throw new Error(`${callbacks} callbacks ended ${ended} runs and left ${told?.n} events of ${told?.runs}`);
        return speed;
      } finally {
        await server?.close();
        db.close();
      }
    },
  };
};

const run = async (bench: Bench): Promise<void> => {
  const { byName } = await bench.rounds([absorb(bench.folder)]);
  const goal = { sign: '>=', value: 1000 } as const;
  bench.report({
    section: 'avisos-a360',
    what: 'avisos anotados en disco, ninguno perdido ni doble',
    values: byName.get('Cerebro') ?? [],
    unit: '/s',
    goal,
  });
};

export const avisosA360Section: Section = {
  name: 'avisos-a360',
  about: '10.000 avisos de A360, cada uno contestado cuando está en disco',
  run,
};
