import type { RobotLoad } from './model.ts';

/** What those who count tickets have said, by robot. */
export type LoadReading = {
  readonly load: ReadonlyMap<string, RobotLoad>;
  readonly unmapped: readonly { readonly proveedor: string; readonly nombre: string; readonly tickets: number }[];
  readonly providers: readonly { readonly proveedor: string; readonly ok: boolean; readonly motivo: string | null }[];
  /** There are providers outside, and none of them has answered. */
  readonly outsideFailed: boolean;
};
