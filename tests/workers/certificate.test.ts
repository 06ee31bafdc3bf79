import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { type BrowserKeeper, createBrowserKeeper } from '#workers/browser.ts';
import { type Egress, openEgress } from '#workers/egress.ts';
import { findBrowser } from './support/filing.ts';

/** Self-signed, of an invented company. */
const certificate = { pfxPath: join(import.meta.dirname, '../support/certificado-de-ejemplo.pfx'), passphrase: 'ejemplo' };

let portal: Server;
let origin: string;
let egress: Egress;
let keeper: BrowserKeeper;
before(async () => {
  const tls = { pfx: readFileSync(certificate.pfxPath), passphrase: certificate.passphrase, requestCert: true, rejectUnauthorized: false };
  portal = createServer(tls, (incoming, outgoing) => {
    const shown = (incoming.socket as TLSSocket).getPeerCertificate();
    outgoing.end(shown.subject ? `presentado ${shown.subject.CN}` : 'sin certificado');
  });
  await new Promise<void>((resolve) => portal.listen(0, '127.0.0.1', resolve));
  origin = `https://127.0.0.1:${(portal.address() as AddressInfo).port}`;
  egress = await openEgress();
  keeper = createBrowserKeeper();
});
after(async () => {
  await keeper.close();
  await egress.close();
  portal.closeAllConnections();
  portal.close();
});

/** What the portal says to a page and to a request of the page's session. */
const visit = async (clientCertificates: { origin: string; pfxPath: string; passphrase: string }[]): Promise<(string | null)[]> => {
  const options = { proxy: { server: egress.server }, ignoreHTTPSErrors: true, clientCertificates };
  const session = await keeper.open(await findBrowser(), options);
  try {
    const page = await session.context.newPage();
    await page.goto(origin);
    return [await page.locator('body').textContent(), await (await session.context.request.get(origin)).text()];
  } finally {
    await session.close();
  }
};

test('the certificate of the company is shown to a declared origin, through the one way out', async () => {
  egress.allow([origin]);
  const [page, request] = await visit([{ origin, ...certificate }]);
  assert.match(page ?? '', /^presentado ./);
  assert.equal(request, page);
  assert.deepEqual(await visit([]), ['sin certificado', 'sin certificado']);
});

test('an origin that is not declared is not reached, certificate or not', async () => {
  egress.allow(['https://otro.example']);
  await assert.rejects(visit([{ origin, ...certificate }]));
  await assert.rejects(visit([]));
  assert.deepEqual(egress.takeRefused(), [origin]);
});
