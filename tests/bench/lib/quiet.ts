import { readdirSync, readFileSync } from 'node:fs';

/**
 * How much processor other programs used while something was measured: all the work the kernel counted (/proc/stat) less
 * that of this process and its descendants, dead ones included, and that of the kernel's own threads, which write to the
 * disk what we wrote to files.
 */
export type Watch = {
  /** Cores used by others since the watch began; null where the system does not tell. */
  othersUsed(): number | null;
};

/** Jiffies of Linux as every program sees them (sysconf(_SC_CLK_TCK), always 100). */
const ticksPerSecond = 100;

export const startWatch = (): Watch => {
  const before = snapshot();
  const began = performance.now();
  return {
    othersUsed: () => {
      const after = snapshot();
      if (before === null || after === null) return null;
      const others = after.machine - before.machine - (after.ours - before.ours);
      return Math.max(0, others / ticksPerSecond / ((performance.now() - began) / 1000));
    },
  };
};

const snapshot = (): { machine: number; ours: number } | null => {
  try {
    return { machine: machineTicks(), ours: treeTicks() };
  } catch {
    return null;
  }
};

/** Ticks in which some program or a thread of the kernel worked: idle, iowait, interrupts and steal are nobody's. */
const machineTicks = (): number => {
  const [, user = 0, nice = 0, system = 0] = (readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '').split(/\s+/).map(Number);
  return user + nice + system;
};

type Stat = { readonly pid: number; readonly parent: number; readonly ticks: number };

/** The father of every thread of the kernel. */
const kthreadd = 2;

/** Ticks of ourselves, of the kernel's threads, and of all descendants; a child that ended counts in whoever waited for it. */
const treeTicks = (): number => {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => readStat(Number(pid)) ?? []);
  const children = Map.groupBy(all, (stat) => stat.parent);
  const sum = (stat: Stat): number => stat.ticks + (children.get(stat.pid) ?? []).reduce((total, child) => total + sum(child), 0);
  return all.filter(({ pid }) => pid === process.pid || pid === kthreadd).reduce((total, stat) => total + sum(stat), 0);
};

/** null for a process that ended meanwhile. The name may hold blanks and brackets: fields are counted from its end. */
const readStat = (pid: number): Stat | null => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [parent, utime, stime, cutime, cstime] = [1, 11, 12, 13, 14].map((index) => Number(fields[index])) as [number, ...number[]];
    return { pid, parent, ticks: (utime ?? 0) + (stime ?? 0) + (cutime ?? 0) + (cstime ?? 0) };
  } catch {
    return null;
  }
};
