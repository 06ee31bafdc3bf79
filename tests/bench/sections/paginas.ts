import type { Bench, Section } from '../lib/section.ts';
import { live } from './paginas/live.ts';
import { race } from './paginas/race.ts';
import { fillFolder, type Size, sizes } from './paginas/shelf.ts';
import { weight } from './paginas/weight.ts';
import { openWorkingHouse } from './paginas/working-house.ts';

const run = async (bench: Bench): Promise<void> => {
  const folderOf = (size: Size): string => bench.folder(`paginas ${size}`);
  bench.tell(`llenando colas de ${Object.keys(sizes).join(', ')} de trámites`);
  for (const size of Object.keys(sizes) as Size[]) fillFolder(folderOf(size), sizes[size]);
  await race(bench, folderOf);
  const house = await openWorkingHouse(folderOf('un millón'));
  try {
    await weight(bench, house.url);
    await live(bench, house);
  } finally {
    await house.close();
  }
};

export const paginasSection: Section = { name: 'paginas', about: 'lo que tardan, pesan y cuestan las páginas', run };
