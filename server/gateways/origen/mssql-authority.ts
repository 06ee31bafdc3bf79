import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { OrigenError } from './origen.ts';

/** The certificates in the file that `ca=` names, in PEM. @throws OrigenError `origen_certificado` with the file's name. */
export const readAuthority = (file: string): Buffer => {
  const bytes = tried(() => readFileSync(file), `no se puede leer el archivo «${file}»`);
  tried(() => new X509Certificate(bytes), `el archivo «${file}» no es un certificado en PEM`);
  return bytes;
};

const tried = <T>(read: () => T, otherwise: string): T => {
  try {
    return read();
  } catch (cause) {
    throw new OrigenError('origen_certificado', `De ca= en ORIGEN_URL: ${otherwise}.`, { cause, transient: true });
  }
};
