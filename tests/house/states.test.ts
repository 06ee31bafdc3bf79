import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { project } from './project.ts';

const own = ['server/ejecuciones/estados.ts'];
/** A360's words as its door and its double say them are another matter. */
const others = /^server\/(gateways|demo)\//;

test('the states in which an equipo is busy are listed once', () => {
  const listing = globSync('{server,workers}/**/*.ts', { cwd: project })
    .filter((file) => !others.test(file) && /'QUEUED',\s*'RUNNING'/.test(readFileSync(join(project, file), 'utf8')))
    .sort();
  assert.deepEqual(listing, own);
});

test('how long one A360 knows nothing of holds its equipo is said once', () => {
  const saying = globSync('server/**/*.ts', { cwd: project })
    .filter((file) => /unknownHoldMs =/.test(readFileSync(join(project, file), 'utf8')))
    .sort();
  assert.deepEqual(saying, own);
});

test('only the verbs of programaciones tie an equipo to a programación: no other screen can make two of them overlap', () => {
  const tying = globSync('server/**/*.ts', { cwd: project })
    .filter((file) => !others.test(file))
    .filter((file) =>
      /INTO asignaciones \([^)]*programacion_id|UPDATE asignaciones SET[^`]*programacion_id =/.test(
        readFileSync(join(project, file), 'utf8'),
      ),
    )
    .sort();
  assert.deepEqual(tying, ['server/programaciones/asignar.ts']);
});
