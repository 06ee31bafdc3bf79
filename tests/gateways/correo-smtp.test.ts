import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CorreoError } from '#server/gateways/correo/correo.ts';
import { createSmtp, type SmtpOptions } from '#server/gateways/correo/smtp.ts';
import { type SmtpMode, startSmtp } from '#tests/support/smtp.ts';

const asunto =
  'Cerebro - ALTO - ROBOT - PERMANENTE - El organismo «La Bisbal d´Empordà» espera una señal, mañana o pasado mañana, 100 € & <b>';
const carta = {
  id: 'cerebro-envio-7@cerebro.example',
  para: ['it@cerebro.example'],
  asunto,
  texto: 'Qué hacer: «nada».',
  html: '<p>Ñandú</p>',
};

const stage = async (t: import('node:test').TestContext, mode: SmtpMode, over: Partial<SmtpOptions> = {}) => {
  const server = await startSmtp(mode);
  t.after(() => server.close());
  const smtp = createSmtp({
    ...{ host: '127.0.0.1', port: server.port, from: 'cerebro@cerebro.example', useTls: false, verify: true },
    ...{ user: undefined, password: undefined, timeoutMs: 5000 },
    ...over,
  });
  return { server, smtp };
};

const secure = (port: number): SmtpOptions => ({
  ...{ host: '127.0.0.1', port, from: 'cerebro@cerebro.example', useTls: true, verify: true, user: undefined, password: undefined },
  timeoutMs: 5000,
});

const failing =
  (code: string, failure: string, sentence = /./) =>
  (error: unknown) => {
    assert.ok(error instanceof CorreoError);
    assert.deepEqual([error.code, error.failure], [code, failure]);
    assert.doesNotMatch(error.message, /clave-/);
    assert.match(error.message, sentence);
    return true;
  };

describe('a mail goes out', () => {
  test('in the clear, with its subject whole and both forms of its text', async (t) => {
    const { server, smtp } = await stage(t, {});
    await smtp.check();
    assert.deepEqual(await smtp.send(carta), { refused: [], postponed: [] });
    const [mail] = await server.taken(1);
    assert.deepEqual([mail?.from, mail?.to, mail?.tls, mail?.subject], ['cerebro@cerebro.example', carta.para, false, asunto]);
    assert.match(mail?.raw ?? '', /Message-ID: <cerebro-envio-7@cerebro\.example>/i);
    assert.match(mail?.raw ?? '', /text\/plain[\s\S]*text\/html/);
  });

  test('encrypted from STARTTLS on, with a user', async (t) => {
    const { server, smtp } = await stage(
      t,
      { tls: 'starttls', auth: true },
      { useTls: true, verify: false, user: 'cerebro', password: 'clave-de-correo' },
    );
    await smtp.check();
    await smtp.send(carta);
    const [mail] = await server.taken(1);
    assert.deepEqual([mail?.tls, mail?.user], [true, 'cerebro']);
  });

  test('encrypted from the first byte, as on port 465', async (t) => {
    const { server, smtp } = await stage(t, { tls: 'implicit' }, { implicitTls: true, verify: false });
    await smtp.send(carta);
    const [mail] = await server.taken(1);
    assert.equal(mail?.tls, true);
  });

  test('to whom the server takes it for, and says whom it does not', async (t) => {
    const { server, smtp } = await stage(t, { refused: ['nadie@cerebro.example'] });
    assert.deepEqual(await smtp.send({ ...carta, para: ['nadie@cerebro.example', 'it@cerebro.example'] }), {
      refused: ['nadie@cerebro.example'],
      postponed: [],
    });
    const [mail] = await server.taken(1);
    assert.deepEqual(mail?.to, ['it@cerebro.example']);
  });
});

describe('it does not go out, and says why', () => {
  test('the password is wrong', async (t) => {
    const { smtp } = await stage(t, { auth: true }, { user: 'cerebro', password: 'clave-que-no-es' });
    await assert.rejects(smtp.check(), failing('correo_credenciales', 'puerta'));
    await assert.rejects(smtp.send(carta), failing('correo_credenciales', 'puerta'));
  });

  test('a user is asked for and there is none', async (t) => {
    const { smtp } = await stage(t, { auth: true });
    await assert.rejects(smtp.send(carta), failing('correo_credenciales', 'puerta'));
  });

  test('nobody knows the certificate', async (t) => {
    const { server, smtp } = await stage(t, { tls: 'starttls' }, { useTls: true });
    await assert.rejects(
      smtp.send(carta),
      failing('correo_tls', 'puerta', /no es de confianza.*NODE_EXTRA_CA_CERTS.*EMAIL_TLS_VERIFICAR=0/),
    );
    assert.equal(server.mails.length, 0);
  });

  test('encryption is asked for and not to be had', async (t) => {
    const { server, smtp } = await stage(t, {}, { useTls: true });
    await assert.rejects(smtp.send(carta), failing('correo_tls', 'puerta', /STARTTLS.*EMAIL_USE_TLS=0/));
    const direct = createSmtp({ ...secure(server.port), implicitTls: true });
    await assert.rejects(direct.send(carta), failing('correo_tls', 'puerta', /no cifra desde el principio/));
    assert.equal(server.mails.length, 0);
  });

  test('a port that is encrypted from its first byte is spoken to in the clear', async (t) => {
    const { smtp } = await stage(t, { tls: 'implicit' }, { timeoutMs: 300 });
    await assert.rejects(smtp.send(carta), failing('correo_no_responde', 'puerta', /no ha saludado.*465/));
  });

  test('every recipient is refused', async (t) => {
    const { smtp } = await stage(t, { refused: carta.para });
    await assert.rejects(smtp.send(carta), failing('correo_destinatario', 'mensaje'));
  });

  test('nobody is there', async (t) => {
    const { server, smtp } = await stage(t, {});
    await server.close();
    await assert.rejects(smtp.send(carta), failing('correo_no_responde', 'puerta'));
  });

  test('the server never answers', async (t) => {
    const { smtp } = await stage(t, { slow: true }, { timeoutMs: 300 });
    await assert.rejects(smtp.send(carta), failing('correo_no_responde', 'puerta'));
  });
});
