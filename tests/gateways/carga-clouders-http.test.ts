import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createSecure, Server as SecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import { makeIdentity } from '#server/demo/tds/certificate.ts';
import type { LoadAnswer } from '#server/gateways/carga/carga.ts';
import { type CloudersHttp, createCloudersHttp } from '#server/gateways/carga/clouders-http.ts';

const path = '/automatizacion/task/api/stats/pending_by_robot';

type Asked = { readonly answer: LoadAnswer; readonly requests: readonly IncomingMessage[] };

/** What the provider makes of a server that answers like that. */
const askOf = async (listener: RequestListener, change: Partial<CloudersHttp> = {}, server: Server = createServer()): Promise<Asked> => {
  const requests: IncomingMessage[] = [];
  server.on('request', (request, response) => {
    requests.push(request);
    listener(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `${server instanceof SecureServer ? 'https' : 'http'}://localhost:${(server.address() as AddressInfo).port}`;
  const provider = createCloudersHttp({
    ...{ authorization: 'Bearer s3cr3to', timeoutMs: 5000, verifyTls: true, ...change },
    url: origin + (change.url ?? ''),
  });
  try {
    return { answer: await provider.load(AbortSignal.timeout(10_000)), requests };
  } finally {
    await provider.close();
    server.closeAllConnections();
    server.close();
  }
};

const saying =
  (body: unknown, status = 200): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(typeof body === 'string' ? body : JSON.stringify(body));

const ok = (tickets: Record<string, number>): LoadAnswer => ({ kind: 'ok', tickets: new Map(Object.entries(tickets)) });

const reason = ({ answer }: Asked): string => {
  assert.equal(answer.kind, 'failed');
  const said = answer.kind === 'failed' ? answer.reason : '';
  assert.doesNotMatch(said, /s3cr3to/);
  return said;
};

describe('Clouders by HTTP', () => {
  test('tells the tickets of each robot', async () => {
    const { answer, requests } = await askOf(saying([{ RBT_A: 12 }, { RBT_B: 3 }]));
    assert.deepEqual(answer, ok({ RBT_A: 12, RBT_B: 3 }));
    assert.equal(requests[0]?.url, path);
    assert.equal(requests[0]?.method, 'GET');
    assert.equal(requests[0]?.headers.authorization, 'Bearer s3cr3to');
  });

  test('an empty list means that nobody has tickets', async () => {
    assert.deepEqual((await askOf(saying([]))).answer, ok({}));
  });

  test('the path goes behind the one that was given, unless it was given already', async () => {
    assert.equal((await askOf(saying([]), { url: '/intranet/' })).requests[0]?.url, `/intranet${path}`);
    assert.equal((await askOf(saying([]), { url: path })).requests[0]?.url, path);
  });

  test('without CLOUDERS_AUTH there is no header', async () => {
    assert.equal((await askOf(saying([]), { authorization: undefined })).requests[0]?.headers.authorization, undefined);
  });

  test('counts come as text too, less than nothing is nothing, and one robot may come twice', async () => {
    const { answer } = await askOf(saying([{ RBT_A: '12' }, { RBT_B: -3 }, { ' RBT_A ': 1 }]));
    assert.deepEqual(answer, ok({ RBT_A: 13, RBT_B: 0 }));
  });

  for (const count of [null, 'abc', 1.5, true, [], {}])
    test(`a count of ${JSON.stringify(count)} makes it fail, with the robot's name`, async () => {
      assert.match(reason(await askOf(saying([{ RBT_B: 1 }, { RBT_A: count }]))), /RBT_A/);
    });

  for (const body of [
    '',
    '<html></html>',
    'null',
    '{}',
    '{"error":"x"}',
    '[1]',
    '[["RBT_A",1]]',
    '[{}]',
    '[{"RBT_A":1,"RBT_B":2}]',
    '[{"RBT_A":1}',
  ])
    test(`«${body}» is a failure, never an empty list`, async () => {
      assert.match(reason(await askOf(saying(body))), /no es una lista de robots/);
    });

  for (const [status, told] of [
    [500, /error 500/],
    [401, /CLOUDERS_AUTH/],
    [403, /CLOUDERS_AUTH/],
    [404, /CLOUDERS_URL/],
    [204, /error 204/],
  ] as const)
    test(`an answer ${status} is a failure`, async () => {
      assert.match(reason(await askOf(saying(status === 204 ? '' : '{"echo":"Bearer s3cr3to"}', status))), told);
    });

  test('a redirection is a failure, and nobody else gets the header', async () => {
    const asked = await askOf((_request, response) => void response.writeHead(302, { location: '/otra' }).end());
    assert.match(reason(asked), /redirige/);
    assert.equal(asked.requests.length, 1);
  });

  test('one that does not answer in time is a failure, also in the middle of its answer', async () => {
    assert.match(reason(await askOf(() => undefined, { timeoutMs: 50 })), /0,05|0\.05 segundos/);
    const half: RequestListener = (_request, response) => void response.writeHead(200).write('[{"RBT_A": 1');
    assert.match(reason(await askOf(half, { timeoutMs: 200 })), /segundos/);
  });

  test('a connection that is cut in the middle is a failure', async () => {
    const cut: RequestListener = (_request, response) =>
      void response.writeHead(200, { 'content-length': 100 }).write('[{"RBT_A": 1}', () => response.destroy());
    assert.match(reason(await askOf(cut)), /se cortó/);
  });

  test('an answer without end is given up', async () => {
    const endless: RequestListener = (_request, response) => {
      const piece = Buffer.alloc(1024 * 1024, ' ');
      const more = () => void (response.destroyed || (response.write(piece) ? setImmediate(more) : response.once('drain', more)));
      more();
    };
    assert.match(reason(await askOf(endless)), /más de lo que cabe/);
  });

  test('one that is not there is a failure', async () => {
    const provider = createCloudersHttp({ url: 'http://127.0.0.1:1', authorization: undefined, timeoutMs: 5000, verifyTls: true });
    const answer = await provider.load(new AbortController().signal);
    assert.match(answer.kind === 'failed' ? answer.reason : '', /no acepta conexiones/);
  });

  test('a certificate nobody knows is refused, unless it is not to be looked at', async () => {
    const { cert, key } = makeIdentity();
    const secure = () => createSecure({ cert, key });
    assert.match(reason(await askOf(saying([]), {}, secure())), /certificado.*CLOUDERS_SSL_VERIFICAR=0/);
    assert.deepEqual((await askOf(saying([{ RBT_A: 1 }]), { verifyTls: false }, secure())).answer, ok({ RBT_A: 1 }));
  });

  test('who no longer wants to know is not kept waiting', async () => {
    const provider = createCloudersHttp({ url: 'http://127.0.0.1:1', authorization: undefined, timeoutMs: 5000, verifyTls: true });
    const answer = await provider.load(AbortSignal.abort());
    assert.match(answer.kind === 'failed' ? answer.reason : '', /interrumpió/);
  });
});
