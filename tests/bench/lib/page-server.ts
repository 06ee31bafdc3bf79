/** The panel over that data folder with doors that do nothing, in a process of its own. Says its address. */
import { openPageHouse } from '#tests/support/house.ts';
import { stdinClosed } from './child.ts';

const [folder = ''] = process.argv.slice(2);
const house = openPageHouse({ folder });
process.stdout.write(`${await house.app.listen({ host: '127.0.0.1', port: 0 })}\n`);
await stdinClosed();
await house.close();
