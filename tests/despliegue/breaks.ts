import { rmSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { fill } from './ballast.ts';
import { planLaunch } from './launches.ts';
import type { Outside } from './outside.ts';
import type { Place } from './place.ts';
import type { Service } from './service.ts';

export type Stage = { readonly place: Place; readonly service: Service; readonly outside: Outside; readonly databaseFile: string };

/** One dependency, how it is broken and how it comes back. */
export type Break = {
  readonly name: string;
  /** The door of `/sistema` and `/listo` that must say so. */
  readonly door: RegExp;
  /** Cerebro files and launches without it: `/listo` says so and answers 200 all the same. */
  readonly isExtra?: true;
  /** The one aviso it must raise. */
  readonly clave: string;
  /** Another one that must come with it, because somebody has to have something to tell. */
  readonly besides?: string;
  /** The words its letters must have. */
  readonly words?: RegExp;
  /** What cannot tell of its own failure. */
  readonly untold?: 'correo' | 'webhook';
  /** Why it cannot be tried on this machine; null = it can. */
  readonly cannot?: (place: Place) => string | null;
  apply(stage: Stage): Promise<void>;
  mend(stage: Stage): Promise<void>;
};

const ballast = ({ place }: Stage) => join(place.data, 'lastre');
/** What is left free: well under DISCO_LIBRE_MIN_MB. */
const leftMb = 300;

const away = 'a360_no_responde';

export const breaks: readonly Break[] = [
  {
    ...{ name: 'origen parado', door: /^origen$/i, clave: 'origen_no_responde' },
    apply: ({ outside }) => outside.stopSource(),
    mend: ({ outside }) => outside.startSource(),
  },
  {
    ...{ name: 'clave del origen falsa', door: /^origen$/i, clave: 'origen_credenciales' },
    apply: ({ service, outside }) => service.restartWith({ ORIGEN_URL: outside.settings.ORIGEN_URL?.replace(/:[^:@/]+@/, ':esta-no-es@') }),
    mend: ({ service, outside }) => service.restartWith({ ORIGEN_URL: outside.settings.ORIGEN_URL }),
  },
  {
    ...{ name: 'intranet parada', door: /^intranet$/i, clave: 'intranet_no_responde' },
    apply: ({ outside }) => outside.intranet.shut(),
    mend: ({ outside }) => outside.intranet.open(),
  },
  {
    ...{ name: 'correo parado', door: /^correo/i, isExtra: true, clave: 'envio:correo', untold: 'correo', besides: away },
    apply: async ({ outside }) => {
      await outside.mail.stop();
      await outside.stopA360();
    },
    mend: async ({ outside }) => {
      await outside.startA360();
      await outside.mail.start();
    },
  },
  {
    ...{ name: 'webhook parado', door: /^webhook/i, isExtra: true, clave: 'envio:webhook', untold: 'webhook', besides: away },
    apply: async ({ outside }) => {
      await outside.hook.stop();
      await outside.stopA360();
    },
    mend: async ({ outside }) => {
      await outside.startA360();
      await outside.hook.start();
    },
  },
  {
    ...{ name: 'A360 parado', door: /A360/, clave: away },
    apply: async (stage) => {
      await stage.outside.stopA360();
      planLaunch(stage.databaseFile, { robot: '4711', equipo: '31' });
    },
    mend: ({ outside }) => outside.startA360(),
  },
  {
    ...{ name: 'clave de A360 falsa', door: /A360/, clave: 'a360_credenciales', words: /credenciales/ },
    apply: async (stage) => {
      await stage.service.restartWith({ AA_API_KEY: 'esta-no-es-la-clave' });
      planLaunch(stage.databaseFile, { robot: '4713', equipo: '34' });
    },
    mend: ({ service, outside }) => service.restartWith({ AA_API_KEY: outside.settings.AA_API_KEY }),
  },
  {
    ...{ name: 'sin navegador', door: /^navegador$/i, clave: 'navegador_no_disponible' },
    apply: ({ service }) => service.restartWith({ NAVEGADOR: '/no/hay/navegador' }),
    mend: ({ service }) => service.restartWith({ NAVEGADOR: undefined }),
  },
  {
    ...{ name: 'disco lleno', door: /^disco$/i, clave: 'disco' },
    cannot: ({ ownDisk }) => (ownDisk ? null : 'sin root no se puede montar un disco pequeño que llenar'),
    apply: async (stage) => {
      const { bavail, bsize } = await statfs(stage.place.data);
      fill(ballast(stage), bavail * bsize - leftMb * 1024 ** 2);
    },
    mend: async (stage) => rmSync(ballast(stage)),
  },
];
