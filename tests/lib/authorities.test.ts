import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createServer } from 'node:tls';
import { promisify } from 'node:util';
import { makeIdentity } from '#server/demo/tds/certificate.ts';
import { temporaryFolder } from '#tests/db/support.ts';

const visit = `
  import { connect } from 'node:tls';
  const [port, trusting] = process.argv.slice(-2);
  if (trusting === 'yes') (await import('#server/lib/authorities.ts')).trustMachine();
  const socket = connect({ port: Number(port), host: 'localhost' }, () => { console.log('in'); socket.end(); });
  socket.on('error', (error) => console.log(error.code));`;

test('who is signed by somebody this machine trusts is trusted', { skip: process.platform !== 'linux' }, async (t) => {
  const { key, cert } = makeIdentity();
  const file = join(temporaryFolder(t), 'who.pem');
  writeFileSync(file, cert);
  const server = createServer({ key, cert }, (socket) => socket.on('error', () => socket.destroy()).resume()).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await new Promise((listening) => server.once('listening', listening));
  const { port } = server.address() as { port: number };
  const said = (trusting: string) =>
    promisify(execFile)(process.execPath, ['--input-type=module', '-e', visit, String(port), trusting], {
      env: { ...process.env, SSL_CERT_FILE: file },
    }).then(({ stdout }) => stdout.trim());
  assert.deepEqual(await Promise.all([said('no'), said('yes')]), ['DEPTH_ZERO_SELF_SIGNED_CERT', 'in']);
});
