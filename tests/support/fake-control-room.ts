import { A360Error, type A360User, type Bot, type ControlRoom, type Device } from '#server/gateways/a360/a360.ts';

/** A Control Room that lists what it is told; what the test does not give fails as a door nobody opened. */
export type FakeRoom = ControlRoom & { bots: () => Promise<readonly Bot[]> } & {
  listing: { bots: readonly Bot[]; devices: readonly Device[]; users: readonly A360User[] };
  /** Listings that fail, by name. */
  failing: Partial<Record<'bots' | 'devices' | 'users', Error>>;
};

export const fakeControlRoom = (listing: Partial<FakeRoom['listing']> = {}): FakeRoom => {
  const list =
    <N extends 'bots' | 'devices' | 'users'>(name: N) =>
    async () => {
      const error = fake.failing[name];
      if (error) throw error;
      return fake.listing[name];
    };
  const closed = async () => {
    throw new A360Error('red', 'Aquí no hay nadie.');
  };
  const fake = {
    shownAs: 'https://a360.example',
    listing: { bots: [], devices: [], users: [], ...listing },
    failing: {},
    bots: list('bots'),
    devices: list('devices'),
    users: list('users'),
    ...{ deploy: closed, activity: closed, stop: closed, check: async () => undefined, close: async () => undefined },
  } as FakeRoom;
  return fake;
};

export const bot = (id: string | number, name: string, over: Partial<Bot> = {}): Bot => ({
  id: String(id),
  name,
  path: `Automation Anywhere\\Bots\\RPA\\${name}`,
  description: '',
  ...over,
});

/** A machine whose default user has its own number, plus 1000. */
export const device = (id: number, over: Partial<Device> = {}): Device => ({
  id: String(id),
  hostName: `VM-${id}`,
  connected: true,
  users: [{ id: String(id + 1000), name: `bot${id}` }],
  ...over,
});

export const user = (id: number, over: Partial<A360User> = {}): A360User => ({
  id: String(id),
  name: `bot${id - 1000}`,
  licences: ['ATTENDEDRUNTIME'],
  disabled: false,
  ...over,
});
