import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** N, r, p: 32 MiB and about a tenth of a second each (OWASP, Password Storage). Kept with each hash, so that they may grow. */
type Cost = { readonly N: number; readonly r: number; readonly p: number };
const cost: Cost = { N: 2 ** 15, r: 8, p: 3 };
const bytes = 32;

type Stored = { readonly cost: Cost; readonly salt: Buffer; readonly hash: Buffer };

/** `scrypt$N$r$p$salt$hash`, the last two in base64url. */
export const hashClave = async (clave: string): Promise<string> => {
  const salt = randomBytes(16);
  const hash = await derive(clave, salt, cost);
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), hash.toString('base64url')].join('$');
};

/** Nobody's password: whoever is not there costs the same time as whoever is. */
const nobody: Stored = { cost, salt: randomBytes(16), hash: randomBytes(bytes) };

/** Whether that is the password of that hash. null (no user, no password, not active) takes as long, and is never right. */
export const matchesClave = async (clave: string, encoded: string | null): Promise<boolean> => {
  const known = encoded === null ? undefined : decode(encoded);
  const stored = known ?? nobody;
  const same = timingSafeEqual(await derive(clave, stored.salt, stored.cost), stored.hash);
  return same && known !== undefined;
};

const decode = (encoded: string): Stored | undefined => {
  const [kind, N, r, p, salt, hash] = encoded.split('$');
  if (kind !== 'scrypt' || salt === undefined || hash === undefined) return undefined;
  const stored = {
    cost: { N: Number(N), r: Number(r), p: Number(p) },
    salt: Buffer.from(salt, 'base64url'),
    hash: Buffer.from(hash, 'base64url'),
  };
  return stored.hash.length === bytes && isCost(stored.cost) ? stored : undefined;
};

const isCost = ({ N, r, p }: Cost): boolean =>
  [N, r, p].every((value) => Number.isSafeInteger(value) && value > 0) && N >= 2 && (N & (N - 1)) === 0 && N * r * p <= 2 ** 24;

/** One at a time: a crowd at the door must not take the threads that files and robots need, nor the memory. */
let last: Promise<unknown> = Promise.resolve();
const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
  const mine = last.then(work);
  last = mine.catch(() => undefined);
  return mine;
};

/** The same letters typed on another machine may come in other code points: NFKC makes them one. */
const derive = (clave: string, salt: Buffer, { N, r, p }: Cost): Promise<Buffer> =>
  inTurn(
    () =>
      new Promise((resolve, reject) => {
        const maxmem = 128 * N * r * 2;
        scrypt(clave.normalize('NFKC'), salt, bytes, { N, r, p, maxmem }, (error, key) => (error ? reject(error) : resolve(key)));
      }),
  );
