import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ControlRoomOptions, type SimulatedControlRoom, startControlRoom } from '#server/demo/a360/control-room.ts';
import { sampleScript } from '#server/demo/a360/sample.ts';
import { runs, type Script } from '#server/demo/a360/script.ts';

/** One bot, two connected devices with a user each, and runs that go on until the test ends them (`room.finish`). */
export const smallScript = (changes: Partial<Script> = {}): Script => ({
  ...sampleScript(),
  bots: [{ id: '4711', name: 'P01_Prueba_Uno', path: 'Bots\\RPA\\P01_Prueba_Uno' }],
  devices: [
    { id: '31', hostName: 'VM-1', connected: true, defaultUsers: ['88'] },
    { id: '32', hostName: 'VM-2', connected: true, defaultUsers: ['89'] },
  ],
  users: [
    { id: '88', username: 'runner88', licences: ['ATTENDEDRUNTIME'], disabled: false },
    { id: '89', username: 'runner89', licences: ['ATTENDEDRUNTIME'], disabled: false },
  ],
  usualPlan: runs(null),
  ...changes,
});

/** A simulated Control Room of one test, on a free port and in a folder of its own. */
export type ControlRoomStand = SimulatedControlRoom & {
  /** The settings that point Cerebro at it. */
  readonly settings: { readonly AA_URL: string; readonly AA_USER: string; readonly AA_API_KEY: string };
};

export const standControlRoom = async (
  changes: Partial<Script> = {},
  options: Partial<Pick<ControlRoomOptions, 'clock' | 'paces' | 'dataDir'>> = {},
): Promise<ControlRoomStand> => {
  const own = options.dataDir === undefined ? mkdtempSync(join(tmpdir(), 'a360-')) : null;
  const room = await startControlRoom({ port: 0, dataDir: own ?? '', script: smallScript(changes), ...options });
  const { username, apiKey } = room.script.account;
  return {
    ...room,
    settings: { AA_URL: room.url, AA_USER: username, AA_API_KEY: apiKey },
    close: async () => {
      await room.close();
      if (own !== null) rmSync(own, { recursive: true });
    },
  };
};
