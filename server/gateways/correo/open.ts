import type { Correo, Webhook } from './correo.ts';
import { createSmtp } from './smtp.ts';
import { createWebhook } from './webhook.ts';

export type CorreoConfig = {
  readonly EMAIL_SMTP_SERVER: string | undefined;
  readonly EMAIL_SMTP_PORT: number;
  readonly EMAIL_FROM: string | undefined;
  readonly EMAIL_USE_TLS: boolean;
  readonly EMAIL_TLS_VERIFICAR: boolean;
  readonly EMAIL_USER: string | undefined;
  readonly EMAIL_PASSWORD: string | undefined;
  readonly EMAIL_TIMEOUT_SEG: number;
  readonly AVISOS_WEBHOOK_URL: string | undefined;
  readonly AVISOS_WEBHOOK_FORMATO: 'teams' | 'slack' | 'generico';
};

/** null while no mail server is configured. */
export const openCorreo = (config: CorreoConfig): Correo | null => {
  if (config.EMAIL_SMTP_SERVER === undefined) return null;
  return createSmtp({
    host: config.EMAIL_SMTP_SERVER,
    port: config.EMAIL_SMTP_PORT,
    from: config.EMAIL_FROM ?? 'cerebro@localhost',
    useTls: config.EMAIL_USE_TLS,
    verify: config.EMAIL_TLS_VERIFICAR,
    user: config.EMAIL_USER,
    password: config.EMAIL_PASSWORD,
    timeoutMs: config.EMAIL_TIMEOUT_SEG * 1000,
  });
};

/** null while no webhook is configured. */
export const openWebhook = (config: CorreoConfig): Webhook | null => {
  if (config.AVISOS_WEBHOOK_URL === undefined) return null;
  const timeoutMs = config.EMAIL_TIMEOUT_SEG * 1000;
  return createWebhook({ url: config.AVISOS_WEBHOOK_URL, formato: config.AVISOS_WEBHOOK_FORMATO, timeoutMs });
};
