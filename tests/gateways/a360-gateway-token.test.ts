import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import Fastify from 'fastify';
import { createGatewayToken, type GatewayOptions } from '#server/gateways/a360/gateway-token.ts';
import { silentLog } from '#server/lib/log.ts';
import { manualClock } from '#tests/support/manual-clock.ts';

type Answer = { readonly status?: number; readonly body?: unknown };

const never = new AbortController().signal;

const openGateway = async (t: TestContext, answers: Answer[], options: Partial<GatewayOptions> = {}) => {
  const app = Fastify({ forceCloseConnections: true });
  const asked: string[] = [];
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.post('/permiso', async (request, reply) => {
    asked.push(request.body as string);
    const { status = 200, body } = (answers.length > 1 ? answers.shift() : answers[0]) as Answer;
    return reply.code(status).send(body);
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  t.after(() => app.close());
  const clock = manualClock();
  const warned: unknown[][] = [];
  const log = silentLog();
  log.warn = (...words: unknown[]) => void warned.push(words);
  const who = { clientId: 'cerebro', clientSecret: 'muy-secreto', scope: 'avisos' };
  const headers = createGatewayToken({
    url: `${url}/permiso`,
    ...who,
    clientIdHeader: 'X-Client-Id',
    grantType: 'client_credentials',
    timeoutMs: 20_000,
    clock,
    log,
    ...options,
  });
  return { headers: () => headers(never), asked, clock, warned };
};

test('a permission is asked for with the credentials of the client, and brings two headers', async (t) => {
  const { headers, asked } = await openGateway(t, [{ body: { access_token: 'pase', expires_in: 600 } }]);
  assert.deepEqual(await headers(), { Authorization: 'Bearer pase', 'X-Client-Id': 'cerebro' });
  assert.deepEqual(Object.fromEntries(new URLSearchParams(asked[0])), {
    ...{ grant_type: 'client_credentials', client_id: 'cerebro', client_secret: 'muy-secreto', scope: 'avisos' },
  });
});

test('the header of the client is called as its gateway wants', async (t) => {
  const { headers } = await openGateway(t, [{ body: { access_token: 'pase' } }], { clientIdHeader: 'X-IBM-Client-Id' });
  assert.deepEqual(await headers(), { Authorization: 'Bearer pase', 'X-IBM-Client-Id': 'cerebro' });
});

test('what was not configured is not sent', async (t) => {
  const none = { clientId: undefined, clientSecret: undefined, scope: undefined };
  const { headers, asked } = await openGateway(t, [{ body: { access_token: 'pase' } }], none);
  assert.deepEqual(await headers(), { Authorization: 'Bearer pase' });
  assert.equal(asked[0], 'grant_type=client_credentials');
});

test('it is kept until shortly before it ends, and those who ask at once share it', async (t) => {
  const { headers, asked, clock } = await openGateway(t, [
    { body: { access_token: 'uno', expires_in: '600' } },
    { body: { access_token: 'dos', expires_in: 600 } },
  ]);
  await Promise.all([headers(), headers(), headers()]);
  await clock.advance(569_000);
  assert.equal((await headers()).Authorization, 'Bearer uno');
  assert.equal(asked.length, 1);
  await clock.advance(2_000);
  assert.equal((await headers()).Authorization, 'Bearer dos');
});

const failures: [why: string, answer: Answer][] = [
  ['an error', { status: 500, body: { error: 'muy-secreto' } }],
  ['a rejection', { status: 401, body: {} }],
  ['no permission', { body: { hola: 1 } }],
  ['no JSON', { body: 'hola' }],
];
for (const [why, answer] of failures)
  test(`${why} is told to the log without secrets, and the deploy goes without`, async (t) => {
    const told: unknown[] = [];
    const { headers, warned } = await openGateway(t, [answer], { onAnswer: (failure) => told.push(failure?.denied) });
    assert.deepEqual(await headers(), {});
    assert.deepEqual(told, [answer.status === 401]);
    assert.equal(warned.length, 1);
    assert.match(JSON.stringify(warned), /se lanza sin él/);
    assert.doesNotMatch(JSON.stringify(warned), /muy-secreto/);
  });

test('after a failure the next deploys do not wait for it again for a while', async (t) => {
  const { headers, asked, clock } = await openGateway(t, [{ status: 500 }, { body: { access_token: 'pase' } }]);
  await headers();
  await headers();
  assert.equal(asked.length, 1);
  await clock.advance(30_000);
  assert.equal((await headers()).Authorization, 'Bearer pase');
});
