/**
 * Says in one sentence that this Node is too old. Preloaded (`node -r`) by every npm script because a Node that cannot
 * run TypeScript cannot reach a check inside it either: plain CommonJS, in words any Node understands.
 */
const needed = /(\d+)\.(\d+)/.exec(require('../package.json').engines.node);
const present = /(\d+)\.(\d+)/.exec(process.version);

if (Number(present[1]) < Number(needed[1]) || (present[1] === needed[1] && Number(present[2]) < Number(needed[2]))) {
  process.stderr.write(
    `Cerebro necesita Node ${needed[0]} o posterior y este es ${process.version}: ejecute «npm ci» (o «npm rebuild node», si instaló con --ignore-scripts), que trae el suyo, y arranque con npm (npm start, npm run demo…).\n`,
  );
  process.exit(1);
}
