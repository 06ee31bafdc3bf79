import type { Config } from './config.ts';
import type { Db } from './db/open.ts';
import type { ControlRoom } from './gateways/a360/a360.ts';
import type { LoadProvider } from './gateways/carga/carga.ts';
import type { Correo, Webhook } from './gateways/correo/correo.ts';
import type { Evidence } from './gateways/evidencias/evidence.ts';
import type { Origen } from './gateways/origen/origen.ts';
import type { RobotPool } from './gateways/pool/pool.ts';
import type { Papers } from './gateways/xvia/papers.ts';
import type { Clock } from './lib/clock.ts';
import type { Hub } from './lib/hub.ts';
import type { Log } from './lib/log.ts';
import type { Measure } from './lib/measure.ts';

/** The one bundle handed down to every room. */
export type Deps = {
  readonly config: Config;
  readonly clock: Clock;
  readonly db: Db;
  readonly log: Log;
  readonly hub: Hub;
  readonly origen: Origen;
  /** null while the intranet is not configured (XVIA_URL). */
  readonly papers: Papers | null;
  /** null while A360 is not configured (AA_URL). */
  readonly a360: ControlRoom | null;
  /** Those outside who count tickets, as configured. */
  readonly carga: readonly LoadProvider[];
  /** null while no mail server is configured (EMAIL_SMTP_SERVER). */
  readonly correo: Correo | null;
  /** null while AVISOS_WEBHOOK_URL is not configured. */
  readonly webhook: Webhook | null;
  readonly pool: RobotPool;
  readonly evidence: Evidence;
  /** Opens the certificate of the company; absent while none is configured. */
  readonly certificado?: () => Promise<{ readonly subject: string; readonly validTo: Date }>;
  /** Told what is worth measuring and leaves no row; without it nobody measures. */
  readonly measure?: Measure;
  /** Wakes a cycle of the clock: there is work for it now. */
  readonly wake: (cycle: 'reclamar' | 'despachar' | 'indexar' | 'sincronizar' | 'lanzar' | 'conciliar' | 'balancear') => void;
};
