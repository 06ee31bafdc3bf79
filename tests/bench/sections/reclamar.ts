import Database from 'better-sqlite3';
import { type Brain, recurso, us, withBrain } from '#tests/support/brain.ts';
import { writeSource } from '#tests/support/source.ts';
import { ratios } from '../lib/figures.ts';
import type { Contender } from '../lib/rounds.ts';
import type { Bench, Section } from '../lib/section.ts';
import { perSecond } from '../lib/speed.ts';

const candidates = 10_000;
const rows = Array.from({ length: candidates }, (_, index) => recurso(100_000 + index));

/** idRecurso is the primary key of the real source. */
const index = 'CREATE UNIQUE INDEX RecursosExp_id ON RecursosExp (idRecurso)';

/** A whole cycle over a fresh source and a fresh database: found, judged, intended, claimed, read back, queued. */
const cycle: Contender = {
  name: 'Cerebro',
  run: async () => {
    let speed = Number.NaN;
    const env = { CICLO_MAX_RECLAMACIONES: String(candidates) };
    const work = async (brain: Brain) => {
      brain.source.exec(index);
      speed = await perSecond(candidates, async () => {
        const { claimed } = await brain.cycle();
        if (claimed !== candidates) throw new Error(`only ${claimed} of ${candidates} were claimed`);
      });
    };
    await withBrain(rows, work, { env });
    return speed;
  },
};

/** Of the other contender: its speed per row does not depend on how many come after. */
const sample = 1000;

/** What the design began with: find them, then one conditional UPDATE each. Nothing written down, nothing read back. */
const oneByOne = (file: string): Contender => ({
  name: 'un UPDATE por fila',
  run: () => {
    const sqlite = new Database(file);
    sqlite.exec('UPDATE RecursosExp SET TExp = 2, UsuarioAsignado = NULL');
    const claim = sqlite.prepare(
      'UPDATE RecursosExp SET TExp = 1, UsuarioAsignado = ? WHERE idRecurso = ? AND TExp IN (2, 3) AND Estado = 0',
    );
    return perSecond(sample, () => {
      const found = sqlite
        .prepare("SELECT idRecurso FROM RecursosExp WHERE Organisme LIKE '%XALOC%' AND TExp IN (2, 3) AND Estado = 0")
        .pluck();
      for (const id of found.all().slice(0, sample)) if (claim.run(us, id).changes !== 1) throw new Error('a row was not claimed');
    }).finally(() => sqlite.close());
  },
});

const run = async (bench: Bench): Promise<void> => {
  const file = `${bench.folder('fuente')}/origen.db`;
  writeSource(file, { RecursosExp: rows });
  new Database(file).exec(index).close();
  const { byName } = await bench.rounds([cycle, oneByOne(file)]);
  const [ours, theirs] = [byName.get('Cerebro') ?? [], byName.get('un UPDATE por fila') ?? []];
  bench.report({ section: 'reclamar', what: 'ciclo con 10.000 candidatos', values: ours, unit: '/s', goal: null });
  bench.report({ section: 'reclamar', what: 'un UPDATE por fila', values: theirs, unit: '/s', goal: null });
  const goal = { sign: '>=', value: 10 } as const;
  bench.report({ section: 'reclamar', what: 'ciclo / un UPDATE por fila', values: ratios(ours, theirs), unit: '×', goal });
};

export const reclamarSection: Section = { name: 'reclamar', about: 'un ciclo entero con 10.000 candidatos', run };
