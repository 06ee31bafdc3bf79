import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from './place.ts';
import type { Seen } from './try-break.ts';

/** Who the service is, and what of the disk it can write: asked of the process that runs. */
export const lookAtRights = ({ place, pid }: { place: Place; pid: number }): readonly Seen[] => {
  if (place.user === null) return [untried('usuario'), untried('programa')];
  return [whoRuns(pid), whatItWrites(place, pid)];
};

const untried = (promise: string): Seen => ({ promise, kept: null, told: 'sin root no se crea un usuario, ni se cierra el disco' });

const whoRuns = (pid: number): Seen => {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const of = (key: string) => new RegExp(`^${key}:\\s+(.*)$`, 'm').exec(status)?.[1] ?? '';
  const [uid, caps, noNew] = [of('Uid').split('\t')[0] ?? '0', of('CapEff'), of('NoNewPrivs')];
  const kept = uid !== '0' && /^0+$/.test(caps) && /^0+$/.test(of('CapBnd')) && noNew === '1';
  return { promise: 'usuario', kept, told: `uid ${uid}, capacidades ${caps}, NoNewPrivs ${noNew}, archivos ${openFiles(pid)}` };
};

const openFiles = (pid: number): string => /^Max open files\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))?.[1] ?? '?';

const whatItWrites = (place: Place, pid: number): Seen => {
  const writes = (folder: string): boolean => {
    const file = join(folder, '.prueba-de-escritura');
    const [program = '', ...rest] = place.beside(pid, ['sh', '-c', `: > "${file}" && rm "${file}"`]);
    return spawnSync(program, rest).status === 0;
  };
  const closed = [place.app, join(place.app, 'node_modules'), '/var/lib', '/var/tmp', '/etc'].filter((folder) => existsSync(folder));
  const open = closed.filter(writes);
  const kept = open.length === 0 && writes(place.data);
  const told = kept ? `no escribe en ${closed.join(', ')}; sí en sus datos` : `escribe en ${open.join(', ') || 'ninguna parte'}`;
  return { promise: 'programa', kept, told };
};
