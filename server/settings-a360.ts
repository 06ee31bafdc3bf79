import { z } from 'zod';
import type { Setting } from './settings.ts';
import { addresses, exactUrl, flag, headerName, httpUrl, securedUrl, text, whole } from './settings-read.ts';

/** Where A360 is, how it is entered, and how it tells us of its ends. */
export const a360Settings = {
  AA_URL: { key: 'AA_URL', meaning: 'Control Room de A360; sin ella no se lanza nada', schema: securedUrl },
  AA_USER: { key: 'AA_USER', meaning: 'Usuario de A360 con el que se entra', schema: text },
  AA_API_KEY: { key: 'AA_API_KEY', meaning: 'Clave de API de ese usuario; mejor que la contraseña', schema: z.string(), secret: true },
  AA_PWD: { key: 'AA_PWD', meaning: 'Contraseña de ese usuario, si no hay clave de API', schema: z.string(), secret: true },
  AA_VERIFY_SSL: {
    key: 'AA_VERIFY_SSL',
    meaning: '0 = no se comprueba el certificado del Control Room (solo en una red de confianza)',
    fallback: '1',
    schema: flag,
  },
  AA_API_TIMEOUT_SECONDS: {
    key: 'AA_API_TIMEOUT_SECONDS',
    meaning: 'Segundos que se espera a cada respuesta de A360; a la de un lanzamiento, 120 como mucho',
    fallback: '60',
    schema: whole(1, 3600),
  },
  AA_TOKEN_REFRESH_BUFFER_SEC: {
    key: 'AA_TOKEN_REFRESH_BUFFER_SEC',
    meaning: 'Segundos tras los que se renueva el permiso de A360 (dura 20 minutos)',
    fallback: '1140',
    schema: whole(1),
  },
  API_DEFAULT_PAGE_SIZE: {
    key: 'API_DEFAULT_PAGE_SIZE',
    meaning: 'Filas de cada página que se pide a A360',
    fallback: '100',
    schema: whole(1, 10_000),
  },
  API_MAX_PAGINATION_PAGES: {
    key: 'API_MAX_PAGINATION_PAGES',
    meaning: 'Páginas que se piden como mucho en una lista',
    fallback: '1000',
    schema: whole(1),
  },
  AA_DEPLOY_VERSION: {
    key: 'AA_DEPLOY_VERSION',
    meaning: 'Versión de la llamada con la que se lanza: 4 o 3',
    fallback: '4',
    schema: z.enum(['3', '4'], { error: 'debe ser 3 o 4' }).transform(Number),
  },
  AA_CALLBACK_URL: {
    key: 'AA_CALLBACK_URL',
    formerly: ['AA_URL_CALLBACK'],
    meaning: 'Dirección a la que A360 avisa cuando un robot termina; se envía tal cual',
    schema: exactUrl,
  },
  CALLBACK_SERVER_HOST: {
    key: 'CALLBACK_SERVER_HOST',
    meaning: 'Dirección en la que se escuchan los avisos de A360 si tienen puerto propio',
    fallback: '0.0.0.0',
    schema: text,
  },
  CALLBACK_SERVER_PORT: {
    key: 'CALLBACK_SERVER_PORT',
    meaning: 'Puerto propio para los avisos de A360; vacío = el del panel',
    schema: whole(0, 65_535),
  },
  CALLBACK_SERVER_PUBLIC_HOST: {
    key: 'CALLBACK_SERVER_PUBLIC_HOST',
    meaning: 'Nombre con el que A360 llega a esta máquina, si no se da AA_CALLBACK_URL',
    schema: text,
  },
  CALLBACK_ENDPOINT_PATH: {
    key: 'CALLBACK_ENDPOINT_PATH',
    meaning: 'Ruta de los avisos de A360, además de /api/callback',
    fallback: '/api/callback',
    schema: text.pipe(z.string().regex(/^\/[\w./-]+$/, 'debe ser una ruta que empiece por /')),
  },
  CALLBACK_TOKEN: {
    key: 'CALLBACK_TOKEN',
    meaning: 'Secreto que A360 trae en la cabecera X-Authorization de sus avisos',
    schema: z.string().refine((value) => value.trim() !== '', 'no puede estar vacío'),
    secret: true,
  },
  CALLBACK_DIRECCIONES: {
    key: 'CALLBACK_DIRECCIONES',
    meaning: 'Direcciones IP desde las que se aceptan avisos de A360, separadas por comas; vacío = todas',
    schema: addresses,
  },
  APIGW_URL: {
    key: 'APIGW_URL',
    meaning: 'Pasarela de la que se pide un permiso que A360 traerá en sus avisos; vacío = ninguna',
    schema: httpUrl,
  },
  APIGW_CLIENT_ID: { key: 'APIGW_CLIENT_ID', meaning: 'Cliente con el que se pide ese permiso', schema: text },
  APIGW_CLIENT_ID_CABECERA: {
    key: 'APIGW_CLIENT_ID_CABECERA',
    meaning: 'Cabecera en la que los avisos de A360 dicen a la pasarela qué cliente es',
    fallback: 'X-Client-Id',
    schema: headerName,
  },
  APIGW_CLIENT_SECRET: { key: 'APIGW_CLIENT_SECRET', meaning: 'Secreto de ese cliente', schema: z.string(), secret: true },
  APIGW_SCOPE: { key: 'APIGW_SCOPE', meaning: 'Ámbito de ese permiso', schema: text },
  APIGW_GRANT_TYPE: { key: 'APIGW_GRANT_TYPE', meaning: 'Cómo se pide ese permiso', fallback: 'client_credentials', schema: text },
  APIGW_TIMEOUT_SEG: { key: 'APIGW_TIMEOUT_SEG', meaning: 'Segundos que se espera a la pasarela', fallback: '30', schema: whole(1, 3600) },
} as const satisfies Record<string, Setting>;
