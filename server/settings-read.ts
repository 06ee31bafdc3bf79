/** How the text of a setting is read. */
import { RE2JS } from 're2js';
import { z } from 'zod';

export const whole = (min: number, max = Number.MAX_SAFE_INTEGER) => {
  const sentence =
    max === Number.MAX_SAFE_INTEGER ? `debe ser un número entero a partir de ${min}` : `debe ser un número entero entre ${min} y ${max}`;
  return z.string().regex(/^\d+$/, sentence).transform(Number).pipe(z.number().min(min, sentence).max(max, sentence));
};

/** 0 switches it off; less than `min` makes no sense. */
export const zeroOr = (min: number, max: number) =>
  whole(0, max).refine((value) => value === 0 || value >= min, { error: `debe ser 0 o un número entero entre ${min} y ${max}` });

/** A century, in what each setting counts: what is longer or larger makes no date and no size. The periods of the cycles have no limit. */
export const most = { seconds: 3_155_760_000, minutes: 52_596_000, hours: 876_600, days: 36_525, megabytes: 1_000_000_000 } as const;

/** SAM's own files say True and False. */
export const flag = z
  .string()
  .regex(/^([01]|true|false)$/i, 'debe ser 0 o 1')
  .transform((text) => /^(1|true)$/i.test(text));

export const text = z.string().trim().min(1, 'no puede estar vacío');

export const zone = text.refine((name) => Intl.supportedValuesOf('timeZone').includes(name) || name === 'UTC', {
  error: 'no es una zona horaria conocida (ejemplo: Europe/Madrid)',
});

/** Asked exactly as it was given: to some servers a last `/` is another place. */
export const wholeUrl = z
  .string()
  .refine((value) => /^https?:$/.test(URL.parse(value)?.protocol ?? ''), { error: 'debe ser una dirección http:// o https:// completa' })
  .refine((value) => !URL.parse(value)?.username && !URL.parse(value)?.password, {
    error: 'no puede llevar usuario ni contraseña dentro: se verían en páginas y registros',
  });

/** Where other paths begin. */
export const httpUrl = wholeUrl.transform((value) => value.replace(/\/+$/, ''));

/** One address per machine, as the proxy's own socket shows it; a name or a whole network would let others in too. */
export const addresses = text
  .transform((list) => list.split(',').map((address) => address.trim()))
  .pipe(z.array(z.union([z.ipv4(), z.ipv6()], { error: 'debe ser una o varias direcciones IP separadas por comas' })));

export const headerName = text
  .pipe(z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'debe ser el nombre de una cabecera (ejemplo: X-Usuario)'))
  .transform((name) => name.toLowerCase());

export const sourceUrl = z.string().refine((value) => /^(sqlite:.+|mssql:\/\/.+)$/s.test(value), {
  error: 'debe ser sqlite:<archivo> o mssql://usuario:clave@servidor:1433/base',
});

/** Sent to somebody else exactly as it was given. */
export const exactUrl = z.string().refine((value) => /^https?:$/.test(URL.parse(value)?.protocol ?? ''), {
  error: 'debe ser una dirección http:// o https:// completa',
});

/** Whatever travels to another machine is encrypted. */
export const securedUrl = httpUrl.refine(
  (value) => URL.parse(value)?.protocol === 'https:' || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(URL.parse(value)?.hostname ?? ''),
  { error: 'debe empezar por https:// (http:// solo se admite para esta misma máquina)' },
);

export const hhmm = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'debe ser una hora HH:MM');

export const regex = text.refine(
  (pattern) => {
    try {
      RE2JS.compile(pattern);
      return true;
    } catch {
      return false;
    }
  },
  { error: 'no es una expresión regular válida' },
);

/** The words of SAM's own files are understood too: INFO, WARNING, CRITICAL. */
export const logLevel = z
  .string()
  .transform((level) =>
    level
      .toLowerCase()
      .replace(/^warning$/, 'warn')
      .replace(/^critical$/, 'error'),
  )
  .pipe(z.enum(['debug', 'info', 'warn', 'error', 'silent'], { error: 'debe ser debug, info, warn, error o silent' }));
