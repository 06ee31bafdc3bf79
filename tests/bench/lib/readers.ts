/**
 * People with live pages open, in a process of its own: `readers.ts <how many of each> <address of a stream>…`. Says when all
 * of them read. Ends badly if one of them was told next to nothing.
 */
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { stdinClosed } from './child.ts';

const [each = '', ...urls] = process.argv.slice(2);
/** The welcome, and that a filing began and ended. */
const leastTold = 3;

const open = async (url: string): Promise<{ readonly url: string; told: number }> => {
  const reader = { url, told: 0 };
  const [answer] = (await once(get(url, { agent: false, headers: { accept: 'text/event-stream' } }), 'response')) as [IncomingMessage];
  if (answer.statusCode !== 200) throw new Error(`${url} answered ${answer.statusCode}`);
  answer.setEncoding('utf8');
  answer.on('data', (text: string) => {
    reader.told += text.match(/^id: /gm)?.length ?? 0;
  });
  return reader;
};

const readers = await Promise.all(urls.flatMap((url) => Array.from({ length: Number(each) }, () => open(url))));
process.stdout.write('listos\n');
await stdinClosed();
const deaf = readers.find(({ told }) => told < leastTold);
if (deaf) throw new Error(`a reader of ${deaf.url} was told ${deaf.told} times`);
process.exit();
