import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type TestContext, test } from 'node:test';
import { CorreoError } from '#server/gateways/correo/correo.ts';
import { createWebhook, type WebhookOptions } from '#server/gateways/correo/webhook.ts';

const mensaje = {
  ...{
    asunto: 'Cerebro - ALTO - SISTEMA - TRANSITORIO - El origen <no> responde',
    nivel: 'ALTO',
    ambito: 'SISTEMA',
    naturaleza: 'TRANSITORIO',
  },
  ...{ motivo: 'nuevo', titulo: 'El origen <no> responde', detalle: 'No contesta.', datos: { Veces: '1' }, acciones: ['Mire la red.'] },
  enlace: 'https://cerebro.example/avisos',
};

const stage = async (t: TestContext, formato: WebhookOptions['formato'], status = 200) => {
  const bodies: string[] = [];
  const server = createServer((request, reply) => {
    let body = '';
    request.on('data', (bytes) => {
      body += bytes;
    });
    request.on('end', () => {
      bodies.push(body);
      reply.writeHead(status).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as { port: number };
  const webhook = createWebhook({ url: `http://127.0.0.1:${port}/hook/secreto-77`, formato, timeoutMs: 2000 });
  return { webhook, server, told: () => JSON.parse(bodies[0] ?? '{}') as Record<string, never> };
};

test('Teams gets an adaptive card', async (t) => {
  const { webhook, told } = await stage(t, 'teams');
  await webhook.post(mensaje);
  const [{ contentType, content }] = told().attachments as unknown as [
    { contentType: string; content: { body: { text?: string }[]; actions: { url: string }[] } },
  ];
  assert.equal(contentType, 'application/vnd.microsoft.card.adaptive');
  assert.equal(content.body[0]?.text, mensaje.titulo);
  assert.equal(content.actions[0]?.url, mensaje.enlace);
});

test('Slack gets blocks, with its own signs written out', async (t) => {
  const { webhook, told } = await stage(t, 'slack');
  await webhook.post(mensaje);
  assert.match(String(told().text), /El origen &lt;no&gt; responde/);
});

test('Slack gets no empty block: it would refuse the whole message', async (t) => {
  const { webhook, told } = await stage(t, 'slack');
  await webhook.post({ ...mensaje, detalle: '', datos: {}, acciones: [] });
  assert.deepEqual(
    (told().blocks as unknown as { type: string; text: { text: string } }[]).map(({ text }) => text.text),
    [mensaje.titulo, '<https://cerebro.example/avisos|Abrir el panel>'],
  );
});

test('it leads elsewhere: nothing goes there, and the sentence says so', async (t) => {
  const { webhook } = await stage(t, 'generico', 307);
  await assert.rejects(webhook.post(mensaje), /ha contestado 307\. Redirige a otra dirección/);
});

test('nobody is there: the sentence says why', async (t) => {
  const { webhook, server } = await stage(t, 'generico');
  server.close();
  await once(server, 'close');
  await assert.rejects(webhook.post(mensaje), (error: unknown) => {
    assert.match(String(error), /no contesta \(ECONNREFUSED\)/);
    assert.doesNotMatch(String(error), /secreto-77/);
    return true;
  });
});

test('any other program gets everything by its name', async (t) => {
  const { webhook, told } = await stage(t, 'generico');
  await webhook.post(mensaje);
  assert.deepEqual(told(), { servicio: 'Cerebro', ...mensaje });
});

for (const [status, failure] of [
  [400, 'mensaje'],
  [403, 'puerta'],
  [500, 'puerta'],
] as const)
  test(`${status} is told, and never its address`, async (t) => {
    const { webhook } = await stage(t, 'generico', status);
    await assert.rejects(webhook.post(mensaje), (error: unknown) => {
      assert.ok(error instanceof CorreoError);
      assert.equal(error.failure, failure);
      assert.doesNotMatch(`${error.message} ${String(error.cause)}`, /secreto-77/);
      return true;
    });
  });
