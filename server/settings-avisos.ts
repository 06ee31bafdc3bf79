import { z } from 'zod';
import type { Setting } from './settings.ts';
import { flag, most, text, whole, wholeUrl } from './settings-read.ts';

const recipients = text
  .transform((list) => list.split(/[,;]/).flatMap((one) => one.trim() || []))
  .pipe(z.array(z.email({ error: 'debe ser una o varias direcciones de correo separadas por comas' })).min(1));

/** Who is told when something needs a person, and how. */
export const avisosSettings = {
  EMAIL_SMTP_SERVER: { key: 'EMAIL_SMTP_SERVER', meaning: 'Servidor de correo; sin él los avisos solo salen en el panel', schema: text },
  EMAIL_SMTP_PORT: {
    key: 'EMAIL_SMTP_PORT',
    meaning: 'Puerto del servidor de correo (465 = TLS)',
    fallback: '25',
    schema: whole(1, 65_535),
  },
  EMAIL_FROM: { key: 'EMAIL_FROM', meaning: 'Dirección desde la que se escribe', schema: text },
  EMAIL_RECIPIENTS: { key: 'EMAIL_RECIPIENTS', meaning: 'A quién se escribe, separados por comas', schema: recipients, editable: true },
  EMAIL_USE_TLS: { key: 'EMAIL_USE_TLS', meaning: '1 = la conexión se cifra (STARTTLS)', fallback: '0', schema: flag },
  EMAIL_TLS_VERIFICAR: {
    key: 'EMAIL_TLS_VERIFICAR',
    meaning: '0 = no se comprueba el certificado del servidor de correo (solo en una red de confianza)',
    fallback: '1',
    schema: flag,
  },
  EMAIL_USER: { key: 'EMAIL_USER', meaning: 'Usuario del servidor de correo, si pide uno', schema: text },
  EMAIL_PASSWORD: { key: 'EMAIL_PASSWORD', meaning: 'Contraseña de ese usuario', schema: z.string(), secret: true },
  EMAIL_TIMEOUT_SEG: {
    key: 'EMAIL_TIMEOUT_SEG',
    meaning: 'Segundos que se espera al servidor de correo',
    fallback: '10',
    schema: whole(1, 600),
  },
  AVISOS_WEBHOOK_URL: {
    key: 'AVISOS_WEBHOOK_URL',
    meaning: 'Dirección a la que se mandan también los avisos (Teams, Slack u otra)',
    schema: wholeUrl,
    secret: true,
  },
  AVISOS_WEBHOOK_FORMATO: {
    key: 'AVISOS_WEBHOOK_FORMATO',
    meaning: 'Cómo se le mandan: teams, slack o generico',
    fallback: 'generico',
    schema: z.enum(['teams', 'slack', 'generico'], { error: 'debe ser teams, slack o generico' }),
  },
  AVISOS_ENVIO_INTERVALO_SEG: {
    key: 'AVISOS_ENVIO_INTERVALO_SEG',
    meaning: 'Segundos entre dos envíos de avisos',
    fallback: '30',
    schema: whole(1),
    editable: true,
  },
  AVISOS_REPETIR_MIN: {
    key: 'AVISOS_REPETIR_MIN',
    meaning: 'Minutos tras los que se vuelve a escribir de un aviso que sigue repitiéndose',
    fallback: '30',
    schema: whole(1, most.minutes),
    editable: true,
  },
  AVISOS_SIN_EXITO_HORAS: {
    key: 'AVISOS_SIN_EXITO_HORAS',
    meaning: 'Horas con intentos y sin ningún éxito tras las que se avisa de un organismo, o de todos si ninguno presenta',
    fallback: '12',
    schema: whole(1, most.hours),
    editable: true,
  },
} as const satisfies Record<string, Setting>;
