import { hostname } from 'node:os';
import { createTransport } from 'nodemailer';
import { asError } from '#server/lib/errors.ts';
import { type Carta, type Correo, CorreoError } from './correo.ts';

export type SmtpOptions = {
  readonly host: string;
  readonly port: number;
  readonly from: string;
  /** STARTTLS is demanded; on port 465 the connection is encrypted from its first byte, whatever this says. */
  readonly useTls: boolean;
  readonly verify: boolean;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly timeoutMs: number;
  /** Encrypted from the first byte on a port that is not 465. */
  readonly implicitTls?: boolean;
};

/** A mail server by SMTP. A connection per mail: they are few, and far between. */
export const createSmtp = (options: SmtpOptions): Correo => {
  const { from, timeoutMs } = options;
  const shownAs = `${options.host}:${options.port}`;
  const whileOpen = async <T>(work: (transport: ReturnType<typeof open>) => Promise<T>): Promise<T> => {
    const transport = open(options);
    const late = Promise.withResolvers<never>();
    // Its own limits count silence; a server that says a letter a second would hold the cycle for ever.
    const patience = setTimeout(() => late.reject(tooLate()), timeoutMs * 3);
    try {
      return await Promise.race([work(transport), late.promise]);
    } catch (error) {
      throw translate(error, { ...options, shownAs });
    } finally {
      clearTimeout(patience);
      transport.close();
    }
  };
  return {
    shownAs,
    send: (carta) =>
      whileOpen(async (transport) => {
        const { rejected, rejectedErrors = [] } = await transport.sendMail(mailOf(carta, from));
        const later = new Set(rejectedErrors.flatMap(({ recipient, responseCode = 500 }) => (responseCode < 500 ? [recipient] : [])));
        const out = rejected.map(String);
        return { refused: out.filter((one) => !later.has(one)), postponed: out.filter((one) => later.has(one)) };
      }),
    check: () => whileOpen((transport) => transport.verify()).then(() => undefined),
  };
};

const open = ({ host, port, useTls, verify, user, password, timeoutMs, implicitTls }: SmtpOptions) => {
  const secure = implicitTls ?? port === 465;
  return createTransport({
    ...{ host, port, secure, name: helloName() },
    // Whoever has not asked for it gets none: a certificate nobody knows would keep the mails from leaving.
    ...(useTls ? { requireTLS: true } : { ignoreTLS: true }),
    tls: { rejectUnauthorized: verify, minVersion: 'TLSv1.2' },
    ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
    // A greeting that does not come ends before silence as such does: it says more.
    ...{ connectionTimeout: timeoutMs, greetingTimeout: timeoutMs * 0.9, socketTimeout: timeoutMs, dnsTimeout: timeoutMs },
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
};

/** A machine whose name has no dot is told as an address, which every server takes. */
const helloName = (): string => (/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(hostname()) ? hostname() : '[127.0.0.1]');

const mailOf = ({ id, para, asunto, texto, html }: Carta, from: string) => ({
  ...{ from, to: [...para], subject: asunto, text: texto },
  ...(html === null ? {} : { html }),
  messageId: `<${id}>`,
  // Nobody's holiday answers to a machine.
  headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
});

const tooLate = (): Error => Object.assign(new Error('too slow'), { code: 'ETIMEDOUT' });

type Told = SmtpOptions & { readonly shownAs: string };

type Thrown = Error & { code?: string; originalCode?: string; response?: string; responseCode?: number };

const translate = (thrown: unknown, told: Told): CorreoError => {
  const error = asError(thrown) as Thrown;
  const said = error.response ? ` Ha dicho: «${error.response.replace(/\s+/g, ' ').slice(0, 300)}».` : '';
  const door = doorOf(error, told);
  if (door) return new CorreoError(door.code, `${door.sentence}${said}`, 'puerta', error);
  switch (error.code) {
    case 'EENVELOPE':
      return new CorreoError('correo_destinatario', `El servidor de correo ${told.shownAs} no admite el mensaje.${said}`, 'mensaje', error);
    case 'EMESSAGE':
      return new CorreoError('correo_rechazado', `El servidor de correo ${told.shownAs} no admite el mensaje.${said}`, 'mensaje', error);
    case 'ETIMEDOUT':
      return new CorreoError('correo_no_responde', lateSentence(told, error), 'puerta', error);
    case 'ETLS':
      return new CorreoError('correo_tls', `${noStarttls(told)}${said}`, 'puerta', error);
    default:
      return isEncryption(error)
        ? new CorreoError('correo_tls', tlsSentence(told, error), 'puerta', error)
        : new CorreoError(
            'correo_no_responde',
            `El servidor de correo ${told.shownAs} no contesta (${reasonOf(error)}).${said}`,
            'puerta',
            error,
          );
  }
};

/** Answers about who writes, or about the server itself, and not about this mail. */
const doorOf = (
  { code, responseCode = 0 }: { readonly code?: string; readonly responseCode?: number },
  { shownAs, user }: Told,
): { readonly code: string; readonly sentence: string } | null => {
  const server = `El servidor de correo ${shownAs}`;
  const entering = code === 'EAUTH' || code === 'ENOAUTH';
  if (responseCode === 421 || (entering && responseCode >= 400 && responseCode < 500))
    return { code: 'correo_no_responde', sentence: `${server} no atiende por ahora.` };
  if (entering) return { code: 'correo_credenciales', sentence: `${server} rechaza las credenciales.` };
  // 530: authentication required (RFC 4954).
  if (responseCode !== 530) return null;
  const sentence =
    user === undefined ? `${server} pide credenciales: ponga EMAIL_USER y EMAIL_PASSWORD.` : `${server} no da por buenas las credenciales.`;
  return { code: 'correo_credenciales', sentence };
};

/** A port that waits for the client to encrypt first says nothing either. */
const lateSentence = ({ shownAs, timeoutMs, port }: Told, { message }: Error): string =>
  `El servidor de correo ${shownAs} no ha contestado a tiempo (EMAIL_TIMEOUT_SEG: ${timeoutMs / 1000} s).${
    port !== 465 && message.startsWith('Greeting')
      ? ' Se ha conectado y no ha saludado: si ese puerto va cifrado desde el principio, use el 465; si no, el 25 o el 587.'
      : ''
  }`;

const noStarttls = ({ shownAs }: Told): string =>
  `El servidor de correo ${shownAs} no deja cifrar la conexión con STARTTLS, y EMAIL_USE_TLS=1 lo exige: pruebe otro puerto (587, o 465) o, en una red de confianza, ponga EMAIL_USE_TLS=0.`;

const tlsSentence = ({ shownAs, host }: Told, error: Thrown): string => {
  const code = error.originalCode ?? '';
  const sentence = troubles.find(({ match }) => match.test(code) || match.test(error.message))?.sentence(host, code);
  return `No se puede cifrar la conexión con el servidor de correo ${shownAs}: ${sentence ?? `${reasonOf(error)}. Compruebe EMAIL_SMTP_PORT y EMAIL_USE_TLS.`}`;
};

const unchecked = 'o, en una red de confianza, ponga EMAIL_TLS_VERIFICAR=0.';

const troubles: readonly { readonly match: RegExp; readonly sentence: (host: string, code: string) => string }[] = [
  {
    match: /ALTNAME/,
    sentence: (host) =>
      `su certificado no es para el nombre «${host}». Escriba en EMAIL_SMTP_SERVER el nombre que figura en él ${unchecked}`,
  },
  {
    match: /CERT_(HAS_EXPIRED|NOT_YET_VALID)/,
    sentence: () =>
      `su certificado ha caducado o aún no vale. Que lo renueve quien lo administra, y compruebe la fecha de este equipo ${unchecked}`,
  },
  {
    match: /CERT|SELF_SIGNED|UNABLE_TO/,
    sentence: (_host, code) =>
      `su certificado no es de confianza (${code}). Instale en este equipo a quien lo firma, o diga su archivo con NODE_EXTRA_CA_CERTS, ${unchecked}`,
  },
  {
    match: /wrong version number/i,
    sentence: () => 'ese puerto no cifra desde el principio. Use el 25 o el 587; con EMAIL_USE_TLS=1 se cifra después de saludar.',
  },
];

const isEncryption = ({ message, originalCode = '' }: Thrown): boolean =>
  /CERT|SELF_SIGNED|UNABLE_TO|^ERR_(TLS|SSL)/.test(originalCode) || /certificate|self.signed|altnames|SSL|TLS/i.test(message);

const reasonOf = ({ message }: Error): string => message.replace(/\s+/g, ' ').slice(0, 200);
