import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer, type PeerCertificate, type TLSSocket } from 'node:tls';
import { asError, CerebroError } from '#server/lib/errors.ts';

/** Whose certificate it is and how long it is good for. */
export type CertificateFacts = { readonly subject: string; readonly validTo: Date };

/**
 * Opens a .pfx or .p12 with its password and reads the certificate inside, by showing it to itself over loopback:
 * Node opens such files for TLS only.
 * @throws CerebroError `certificado_no_valido` with what to do.
 */
export const readCertificate = async (pfxPath: string, passphrase: string): Promise<CertificateFacts> => {
  try {
    return await shown(readFileSync(pfxPath), passphrase);
  } catch (error) {
    throw new CerebroError('certificado_no_valido', `El certificado ${pfxPath} no se puede abrir: ${reason(asError(error))}`, {
      cause: error,
    });
  }
};

const shown = async (pfx: Buffer, passphrase: string): Promise<CertificateFacts> => {
  const server = createServer({ pfx, passphrase, minVersion: 'TLSv1.2' });
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as { port: number };
  // The certificate is looked at, not trusted: nothing is sent over this connection.
  const socket = connect({ host: '127.0.0.1', port: address.port, rejectUnauthorized: false });
  try {
    await once(socket, 'secureConnect');
    return facts(socket);
  } finally {
    socket.destroy();
    server.close();
  }
};

const facts = (socket: TLSSocket): CertificateFacts => {
  const certificate: PeerCertificate = socket.getPeerCertificate();
  return { subject: [certificate.subject?.CN].flat()[0] ?? '', validTo: new Date(certificate.valid_to) };
};

const reason = (error: NodeJS.ErrnoException): string => {
  if (error.code === 'ENOENT') return 'el archivo no existe.';
  if (/mac verify failure/i.test(error.message)) return 'la contraseña (CERTIFICADO_PASSWORD) no es la suya.';
  if (/unsupported/i.test(error.message)) return 'usa un cifrado antiguo; vuelva a exportarlo con cifrado AES-256.';
  return 'no parece un archivo .pfx o .p12.';
};
