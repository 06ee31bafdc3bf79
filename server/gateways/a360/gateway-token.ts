import { z } from 'zod';
import type { Clock } from '#server/lib/clock.ts';
import { asError } from '#server/lib/errors.ts';
import type { Log } from '#server/lib/log.ts';
import type { GatewayFailure } from './a360.ts';

export type GatewayOptions = {
  readonly url: string;
  readonly clientId?: string | undefined;
  /** The header that brings the client id: each gateway has its own. */
  readonly clientIdHeader: string;
  readonly clientSecret?: string | undefined;
  readonly scope?: string | undefined;
  readonly grantType: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Told after each question how it went: null = it gave a permission. */
  readonly onAnswer?: (failure: GatewayFailure | null) => void;
};

/** So that a deploy never carries one that ends while it travels. */
const marginMs = 30_000;
/** Where the gateway does not say how long it lasts. */
const usualLifeMs = 5 * 60_000;
/** After a failure: the next deploys of the same cycle do not wait for it again. */
const restMs = 30_000;

const answer = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce
    .number()
    .positive()
    .catch(usualLifeMs / 1000),
});

/**
 * The headers that a gateway before our callback wants to see: a permission (OAuth 2, client credentials), kept until it
 * ends, and who we are. A gateway that fails is told to the log, and the deploy goes without.
 */
export const createGatewayToken = (options: GatewayOptions): ((signal: AbortSignal) => Promise<Readonly<Record<string, string>>>) => {
  const { clock, log, clientId, clientIdHeader } = options;
  let kept: { readonly headers: Readonly<Record<string, string>>; readonly until: number } | null = null;
  let asking: Promise<Readonly<Record<string, string>>> | null = null;

  const renew = async (): Promise<Readonly<Record<string, string>>> => {
    try {
      const { token, lifeMs } = await requestToken(options);
      const headers = { Authorization: `Bearer ${token}`, ...(clientId === undefined ? {} : { [clientIdHeader]: clientId }) };
      kept = { headers, until: clock.monotonic() + Math.max(lifeMs - marginMs, lifeMs / 2) };
      options.onAnswer?.(null);
    } catch (error) {
      options.onAnswer?.(error instanceof Refused ? error : { reason: 'no contesta como debe', denied: false });
      log.warn({ motivo: asError(error).message }, 'la pasarela (APIGW_URL) no da permiso: se lanza sin él');
      kept = { headers: {}, until: clock.monotonic() + restMs };
    } finally {
      asking = null;
    }
    return kept.headers;
  };

  return async () => {
    if (kept !== null && clock.monotonic() < kept.until) return kept.headers;
    asking ??= renew();
    return asking;
  };
};

class Refused extends Error implements GatewayFailure {
  readonly reason: string;
  readonly denied: boolean;

  constructor(status: number) {
    const reason = `contesta con un error ${status}`;
    super(reason);
    this.reason = reason;
    this.denied = [400, 401, 403].includes(status);
  }
}

const requestToken = async (options: GatewayOptions): Promise<{ readonly token: string; readonly lifeMs: number }> => {
  const { url, clientId, clientSecret, scope, grantType, timeoutMs } = options;
  const fields = { grant_type: grantType, client_id: clientId, client_secret: clientSecret, scope };
  const given = Object.entries(fields).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const response = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams(given),
    headers: { accept: 'application/json' },
    // The secret goes where it was configured to go, nowhere else.
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (!response.ok) throw new Refused(response.status);
  const read = answer.safeParse(await response.json().catch(() => null));
  if (!read.success) throw new Error('no contesta con un permiso');
  return { token: read.data.access_token, lifeMs: read.data.expires_in * 1000 };
};
