import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { type Egress, openEgress } from '#workers/egress.ts';

let portal: Server;
let egress: Egress;
let origin: string;
const received: string[] = [];

before(async () => {
  portal = createServer((incoming, outgoing) => {
    let body = '';
    incoming.on('data', (chunk) => {
      body += chunk;
    });
    incoming.on('end', () => {
      received.push(`${incoming.method} ${incoming.url} ${body}`);
      if (incoming.url === '/corta') incoming.socket.destroy();
      else if (incoming.url === '/fuera') outgoing.writeHead(302, { location: 'http://otro.example/' }).end();
      else outgoing.writeHead(200, { 'set-cookie': ['a=1', 'b=2'], 'content-type': 'text/plain' }).end('hola');
    });
  });
  await new Promise<void>((resolve) => portal.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(portal.address() as AddressInfo).port}`;
  egress = await openEgress();
});
after(async () => {
  await egress.close();
  portal.closeAllConnections();
  portal.close();
});

const through = (url: string, method = 'GET', body = ''): Promise<{ status: number; headers: IncomingMessage['headers']; text: string }> =>
  new Promise((resolve, reject) => {
    const proxy = new URL(egress.server);
    const asked = request({ host: proxy.hostname, port: proxy.port, method, path: url, agent: false }, (answer) => {
      let text = '';
      answer.on('data', (chunk) => {
        text += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
    });
    asked.on('error', reject);
    asked.end(body);
  });

const tunnelTo = (host: string): Promise<{ line: string; socket: Socket }> =>
  new Promise((resolve, reject) => {
    const proxy = new URL(egress.server);
    const socket = connect(Number(proxy.port), proxy.hostname, () => socket.write(`CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n\r\n`));
    socket.once('data', (data) => resolve({ line: String(data).split('\r\n')[0] ?? '', socket }));
    socket.once('error', reject);
  });

test('a declared origin is reached, cookies and body included', async () => {
  egress.allow([origin]);
  const answer = await through(`${origin}/form?x=1`, 'POST', 'campo=valor');
  assert.equal(answer.status, 200);
  assert.equal(answer.text, 'hola');
  assert.deepEqual(answer.headers['set-cookie'], ['a=1', 'b=2']);
  assert.ok(received.includes('POST /form?x=1 campo=valor'));
});

test('any other origin is refused and told, another port of the same machine too', async () => {
  egress.allow([origin]);
  assert.equal((await through('http://otro.example/')).status, 403);
  assert.equal((await through('http://127.0.0.1:1/')).status, 403);
  assert.deepEqual(egress.takeRefused(), ['http://otro.example', 'http://127.0.0.1:1']);
  assert.deepEqual(egress.takeRefused(), []);
});

test('a redirect is left to the browser, which comes back to ask', async () => {
  egress.allow([origin]);
  assert.equal((await through(`${origin}/fuera`)).headers.location, 'http://otro.example/');
});

test('a tunnel opens to declared origins only', async () => {
  egress.allow([origin, 'https://sede.example']);
  const { line, socket } = await tunnelTo(new URL(origin).host);
  assert.match(line, / 200 /);
  socket.destroy();
  const refused = await tunnelTo('otro.example:443');
  assert.match(refused.line, / 403 /);
  refused.socket.destroy();
  assert.deepEqual(egress.takeRefused(), ['https://otro.example']);
});

test('what one trámite may reach, the next one may not', async () => {
  egress.allow([origin]);
  egress.allow(['http://otro.example']);
  assert.equal((await through(`${origin}/`)).status, 403);
});

test('connections kept open can be closed, so that the next request leaves on a new one', async () => {
  egress.allow([origin]);
  const { socket } = await tunnelTo(new URL(origin).host);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  egress.renewConnections();
  await closed;
});

test('a POST whose answer is lost is sent once, and answered with an error', async () => {
  egress.allow([origin]);
  received.length = 0;
  assert.equal((await through(`${origin}/corta`, 'POST', 'x')).status, 502);
  assert.deepEqual(received, ['POST /corta x']);
});

test('a portal that is not there is an error and not a hang', async () => {
  egress.allow(['http://127.0.0.1:9']);
  assert.equal((await through('http://127.0.0.1:9/')).status, 502);
});
