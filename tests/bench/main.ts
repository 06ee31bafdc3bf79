/**
 * The performance figures, as ratios against peers in the same run: `npm run bench`, or some sections only:
 * `npm run bench -- cola arranque`. Exit code 1 if a goal is missed, 2 if the machine was too busy to tell.
 * `--con-ruido` accepts rounds while other programs work, `--rondas 1` is content with fewer than five: a quick look, which
 * proves nothing.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isMet, type Result, resultLine } from './lib/figures.ts';
import { runRounds, TooBusy } from './lib/rounds.ts';
import type { Bench, Section } from './lib/section.ts';
import { aplicarSection } from './sections/aplicar.ts';
import { arranqueSection } from './sections/arranque.ts';
import { avisosA360Section } from './sections/avisos-a360.ts';
import { colaSection } from './sections/cola.ts';
import { lanzadorSection } from './sections/lanzador.ts';
import { origenSection } from './sections/origen.ts';
import { paginasSection } from './sections/paginas.ts';
import { panelSection } from './sections/panel.ts';
import { reclamarSection } from './sections/reclamar.ts';
import { repartoSection } from './sections/reparto.ts';
import { sincronizarSection } from './sections/sincronizar.ts';
import { tramitesSection } from './sections/tramites.ts';

const work: readonly Section[] = [reclamarSection, origenSection, colaSection, arranqueSection, tramitesSection];
const sam: readonly Section[] = [sincronizarSection, lanzadorSection, avisosA360Section, repartoSection, aplicarSection];
const sections: readonly Section[] = [...work, ...sam, paginasSection, panelSection];

const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: { 'con-ruido': { type: 'boolean', default: false }, rondas: { type: 'string', default: '5' } },
});
const roundOptions = {
  rounds: Number(options.rondas),
  attempts: 4 * Number(options.rondas),
  tolerance: options['con-ruido'] ? Number.POSITIVE_INFINITY : 0.5,
};

const chosen = (): readonly Section[] => {
  const unknown = names.filter((name) => !sections.some((section) => section.name === name));
  if (unknown.length === 0) return sections.filter((section) => names.length === 0 || names.includes(section.name));
  throw new Error(`No hay ninguna sección ${unknown.join(', ')}; hay: ${sections.map((section) => section.name).join(', ')}`);
};

const tell = (line: string): void => void process.stderr.write(`  ${line}\n`);

const main = async (): Promise<number> => {
  const root = mkdtempSync(join(tmpdir(), 'cerebro-bench-'));
  const results: Result[] = [];
  let tooBusy = false;
  const bench: Bench = {
    folder: (name) => {
      const folder = join(root, name);
      mkdirSync(folder, { recursive: true });
      return folder;
    },
    rounds: (contenders) => runRounds(contenders, { ...roundOptions, tell }),
    tell,
    report: (result) => {
      results.push(result);
      process.stdout.write(`${resultLine(result)}\n`);
    },
  };
  try {
    for (const section of chosen()) {
      tell(`${section.name}: ${section.about}`);
      await section.run(bench).catch((error: unknown) => {
        if (!(error instanceof TooBusy)) throw error;
        tooBusy = true;
        tell(`${section.name}: ${error.message}`);
      });
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  if (results.some((result) => !isMet(result))) return 1;
  return tooBusy ? 2 : 0;
};

process.exitCode = await main();
