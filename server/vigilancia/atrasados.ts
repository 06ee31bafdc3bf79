import { mantenerAvisos } from '#server/avisos/mantener.ts';
import type { Aviso } from '#server/avisos/raise.ts';
import type { Deps } from '#server/deps.ts';
import { cycleWord } from '#server/sistema/words.ts';
import { isLate, type Standing } from './rules.ts';

/** The dead man's switch: one aviso per cycle of the clock that does not begin when it should, or does not end. */
export const tellLate = (deps: Pick<Deps, 'db' | 'clock'>, cycles: readonly Standing[]): Promise<void> =>
  mantenerAvisos(deps, 'ciclo_atrasado:', cycles.filter(isLate).map(avisoOf));

const avisoOf = ({ name, running, period }: Standing): Aviso => ({
  ...{ clave: `ciclo_atrasado:${name}`, nivel: 'CRITICO', ambito: 'SISTEMA', naturaleza: 'UMBRAL' },
  titulo: `El ciclo «${cycleWord(name)}» no ${running ? 'termina' : 'empieza'}`,
  detalle: `Va cada ${Math.round((period ?? 0) / 1000)} s, y lleva mucho más de tres veces eso ${running ? 'en marcha' : 'sin empezar'}.`,
  datos: { Ciclo: cycleWord(name) },
  acciones: ['Mire en Sistema qué puerta no contesta.', 'Si no hay ninguna cerrada, reinicie Cerebro: no se pierde nada.'],
});
