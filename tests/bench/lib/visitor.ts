/**
 * A person with the page open, in a process of its own: asks for it again and again until stdin closes, then prints the
 * milliseconds of each answer as JSON.
 */
import { setTimeout as rest } from 'node:timers/promises';

const [url = ''] = process.argv.slice(2);
const times: number[] = [];
let over = false;

process.stdin.on('end', () => {
  over = true;
});
process.stdin.resume();

while (!over) {
  const asked = performance.now();
  const answer = await fetch(url);
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  times.push(performance.now() - asked);
  await rest(50);
}
process.stdout.write(JSON.stringify(times));
