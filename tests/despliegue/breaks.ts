import { rmSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { fill } from './ballast.ts';
import type { Outside } from './outside.ts';
import type { Place } from './place.ts';
import type { Service } from './service.ts';

export type Stage = { readonly place: Place; readonly service: Service; readonly outside: Outside; readonly databaseFile: string };

/** One dependency, how it is broken and how it comes back. */
export type Break = {
  readonly name: string;
  /** The door of `/sistema` and `/listo` that must say so. */
  readonly door: RegExp;
  /** The one aviso it must raise. */
  readonly clave: RegExp;
  /** Why it cannot be tried with this version or on this machine; null = it can. */
  pending(stage: Stage, parts: Parts): string | null;
  apply(stage: Stage): Promise<void>;
  mend(stage: Stage): Promise<void>;
};

/** What the version at hand has. */
export type Parts = { readonly mail: boolean; readonly diskGuard: boolean };

const always = () => null;
const ballast = ({ place }: Stage) => join(place.data, 'lastre');
/** What is left free: well under DISCO_LIBRE_MIN_MB. */
const leftMb = 300;

export const breaks: readonly Break[] = [
  {
    name: 'origen parado',
    door: /^origen$/i,
    clave: /origen/,
    pending: always,
    apply: ({ outside }) => outside.stopSource(),
    mend: ({ outside }) => outside.startSource(),
  },
  {
    name: 'correo parado',
    door: /correo|smtp/i,
    clave: /correo|smtp|envio/,
    pending: (_, { mail }) => (mail ? null : 'esta versión todavía no envía correo'),
    apply: ({ outside }) => outside.mail.stop(),
    mend: ({ outside }) => outside.mail.start(),
  },
  {
    name: 'A360 parado',
    door: /A360/,
    clave: /^a360_no_responde$/,
    pending: always,
    apply: ({ outside }) => outside.stopA360(),
    mend: ({ outside }) => outside.startA360(),
  },
  {
    name: 'clave de A360 falsa',
    door: /A360/,
    clave: /^a360_credenciales$/,
    pending: always,
    apply: ({ service }) => service.restartWith({ AA_API_KEY: 'esta-no-es-la-clave' }),
    mend: ({ service, outside }) => service.restartWith({ AA_API_KEY: outside.settings.AA_API_KEY }),
  },
  {
    name: 'sin navegador',
    door: /^navegador$/i,
    clave: /^navegador_no_disponible$/,
    pending: always,
    apply: ({ service }) => service.restartWith({ NAVEGADOR: '/no/hay/navegador' }),
    mend: ({ service }) => service.restartWith({ NAVEGADOR: undefined }),
  },
  {
    name: 'disco lleno',
    door: /^disco$/i,
    clave: /disco/,
    pending: ({ place }, { diskGuard }) => {
      if (!place.ownDisk) return 'aquí no se puede montar un disco pequeño (hace falta ser root)';
      return diskGuard ? null : 'esta versión todavía no vigila el disco';
    },
    apply: async (stage) => {
      const { bavail, bsize } = await statfs(stage.place.data);
      fill(ballast(stage), bavail * bsize - leftMb * 1024 ** 2);
    },
    mend: async (stage) => rmSync(ballast(stage)),
  },
];
