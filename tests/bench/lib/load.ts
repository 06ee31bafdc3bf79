/**
 * People asking for one address over connections that stay open, each again as soon as it is answered, in a process of its
 * own: `load.ts <address> <seconds>`. Prints requests per second and bytes per answer as JSON.
 */
import { requirePeer } from './peers.ts';

type Run = { readonly duration: number; readonly errors: number; readonly non2xx: number; readonly '2xx': number };
type Outcome = Run & { readonly throughput: { readonly total: number } };
type Cannon = (options: { url: string; connections: number; duration: number }) => Promise<Outcome>;

export type Load = { readonly perSecond: number; readonly bytes: number };

const [url = '', seconds = ''] = process.argv.slice(2);
const connections = 10;

const run = await requirePeer<Cannon>('autocannon')({ url, connections, duration: Number(seconds) });
if (run.errors + run.non2xx > 0) throw new Error(`${url}: ${run.errors} errors, ${run.non2xx} bad answers`);
const load: Load = { perSecond: run['2xx'] / run.duration, bytes: run.throughput.total / run['2xx'] };
process.stdout.write(JSON.stringify(load));
