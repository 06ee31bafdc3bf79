import type { FirstLink } from './acceso/primera.ts';
import type { Deps } from './deps.ts';
import type { Dispatcher } from './ejecuciones/dispatch.ts';
import type { Draw } from './gateways/graficos/draw.ts';
import type { Format } from './lib/format.ts';
import type { Live } from './lib/live.ts';
import type { Meters } from './metricas/meters.ts';
import type { Scheduler } from './scheduler/clock.ts';
import type { DoorWatch } from './sistema/door-watch.ts';

/** What the panel may order of the machinery. */
export type Doors = {
  readonly scheduler: Pick<Scheduler, 'run' | 'state'>;
  readonly dispatcher: Pick<Dispatcher, 'busy'>;
  /** The way in for the first administrator, while there is nobody. */
  readonly firstLink?: FirstLink | null;
  /** What `deps.measure` tells is counted there. */
  readonly meters?: Meters;
};

/** Renders a template outside of any request (the pieces of a live page). */
export type Render = (template: string, model: object) => Promise<string>;

/** The bundle handed to every room's routes. */
export type Web = Doors & {
  readonly deps: Deps;
  readonly format: Format;
  readonly live: Live;
  readonly render: Render;
  readonly draw: Draw;
  readonly watch: DoorWatch;
};
