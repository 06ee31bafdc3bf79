/** What is known of the tickets that wait: types only. */
import type { ProviderName } from '#server/gateways/carga/carga.ts';

/** What is known of a robot's tickets. Absent from the load and 0 are the same. */
export type RobotLoad = {
  readonly tickets: number;
  /** `actual`: every provider that feeds it has answered. `antigua`: one failed, these are its last good ones. `desconocida`: one failed and nothing is known of its part. */
  readonly saber: 'actual' | 'antigua' | 'desconocida';
};

/** Tickets that go to no robot, and why (Spanish sentence). */
export type Unmapped = {
  readonly proveedor: ProviderName;
  readonly nombre: string;
  readonly tickets: number;
  readonly motivo: string;
};

export type ProviderOutcome = {
  readonly proveedor: ProviderName;
  readonly ok: boolean;
  /** Spanish: why it failed; null = it answered. */
  readonly motivo: string | null;
};

export type LoadReading = {
  /** By `robot_id`; a robot that is not here has no tickets, and that is certain. */
  readonly load: ReadonlyMap<string, RobotLoad>;
  /** Most tickets first. */
  readonly unmapped: readonly Unmapped[];
  readonly providers: readonly ProviderOutcome[];
  /** Every outside provider that is configured failed, and there is at least one. */
  readonly outsideFailed: boolean;
};
