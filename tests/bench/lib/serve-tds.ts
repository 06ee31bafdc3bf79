/** A simulated SQL Server in a process of its own: `node serve-tds.ts <file> <latency>`; says its address and ends with its stdin. */
import { startSqlServer } from '#server/demo/tds/server.ts';

const [file = '', latency = '0'] = process.argv.slice(2);
const server = await startSqlServer({ file, port: 0, encryption: 'off', latencyMs: Number(latency) });
process.stdout.write(`${server.url}\n`);
process.stdin.once('close', () => void server.close().then(() => process.exit())).resume();
