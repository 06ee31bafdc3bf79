import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { Faults } from '../faults.ts';
import type { Identity } from './certificate.ts';
import { openSession, type Session } from './engine/session.ts';
import { type Login, readLogin } from './login7.ts';
import { Dropped, mishapsOf } from './mishaps.ts';
import { createReader, frame, type Message, ProtocolError, packetType } from './packets.ts';
import { agree, type Encryption } from './prelogin.ts';
import { answerRequest } from './requests.ts';
import type { TdsFaultList } from './tds-faults.ts';
import { secure } from './tls.ts';
import { collationChange, databaseChange, doneToken, errorToken, infoToken, loginAck, packetSizeChange } from './tokens.ts';

/** What every connection to one server shares. */
export type Premises = {
  readonly file: string;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly encryption: Encryption;
  readonly identity: Identity;
  /** Milliseconds each request takes at least. */
  readonly latencyMs: number;
  readonly faults: Faults<TdsFaultList>;
};

/** Serves one client from its first byte to its last; resolves when it has left. Never throws: a broken client is a closed one. */
export const serve = async (socket: Socket, premises: Premises): Promise<void> => {
  const client = createClient(socket, premises);
  try {
    await client.converse();
  } catch (error) {
    if (!isParting(error)) process.stderr.write(`SQL Server simulado: ${(error as Error).stack}\n`);
  } finally {
    client.close();
  }
};

/** A client that leaves, is thrown out, or does not speak TDS. */
const isParting = (error: unknown): boolean =>
  error instanceof Dropped ||
  error instanceof ProtocolError ||
  (error as Error).name === 'AbortError' ||
  /^E[A-Z]/.test((error as { code?: string }).code ?? '');

const createClient = (socket: Socket, premises: Premises) => {
  const gone = new AbortController();
  let stream: Duplex = socket;
  let session: Session | null = null;
  let packetSize = 4096;
  socket.once('close', () => gone.abort());
  socket.on('error', () => socket.destroy());
  socket.setNoDelay(true);

  const send = (payload: Buffer): void => void stream.write(frame(packetType.result, payload, packetSize));

  const greet = async (inbox: Inbox): Promise<Inbox> => {
    const { type, payload } = await inbox.next();
    if (type !== packetType.prelogin) throw new ProtocolError('it does not begin with PRELOGIN');
    const { answer, tls, refused } = agree(payload, premises.encryption);
    if (!tls) {
      send(answer);
      if (refused) throw new Dropped();
      return inbox;
    }
    const first = inbox.stop();
    send(answer);
    stream = await secure(socket, premises.identity, first);
    stream.on('error', () => socket.destroy());
    return openInbox(stream, gone.signal);
  };

  const admit = async (inbox: Inbox): Promise<void> => {
    const { type, payload } = await inbox.next();
    if (type !== packetType.login) throw new ProtocolError('no LOGIN7 after PRELOGIN');
    const login = readLogin(payload);
    const refusal = refusalOf(login, premises);
    if (refusal) {
      send(Buffer.concat([...refusal.map(errorToken), doneToken('done', { error: true })]));
      throw new Dropped();
    }
    session = openSession({ ...premises, user: login.user, mishaps: mishapsOf(premises.faults, gone.signal) });
    packetSize = login.packetSize;
    const changed = infoToken({ number: 5701, message: `Changed database context to '${premises.database}'.` });
    const changes = [databaseChange(premises.database), changed, collationChange(), loginAck(), packetSizeChange(packetSize)];
    stream.write(frame(packetType.result, Buffer.concat([...changes, doneToken('done')]), 4096));
  };

  /** One request at a time; an attention that comes meanwhile ends it, and is what the client is answered with. */
  const work = async (inbox: Inbox, own: Session): Promise<never> => {
    for (;;) {
      const message = await inbox.next();
      if (message.type === packetType.attention) send(doneToken('done', { attention: true }));
      else await attend(inbox, own, message);
    }
  };

  const attend = async (inbox: Inbox, own: Session, message: Message): Promise<void> => {
    const cancelled = new AbortController();
    const signal = AbortSignal.any([gone.signal, cancelled.signal]);
    inbox.onAttention(() => cancelled.abort());
    try {
      const slowly = premises.latencyMs + (premises.faults.take('tarda') ? 3000 : 0);
      if (slowly > 0) await pause(slowly, undefined, { signal });
      const answer = await answerRequest(own, message, signal);
      if (!cancelled.signal.aborted) send(answer);
    } catch (error) {
      if (!cancelled.signal.aborted || error instanceof Dropped) throw error;
    } finally {
      inbox.onAttention(null);
    }
    if (!cancelled.signal.aborted) return;
    // The answer that was cut short ends as a message of its own; then comes the one that acknowledges.
    send(doneToken('done', { error: true }));
    send(doneToken('done', { attention: true }));
  };

  return {
    converse: async (): Promise<void> => {
      if (premises.faults.take('corta_al_entrar')) throw new Dropped();
      const inbox = await greet(openInbox(socket, gone.signal));
      await admit(inbox);
      await work(inbox, session as unknown as Session);
    },
    close: () => {
      session?.close();
      // What was written still goes out: the reason why somebody was not let in.
      stream.end(() => socket.destroySoon());
      gone.abort();
    },
  };
};

/** Why this login is refused, as SQL Server says it; null for a good one. */
const refusalOf = (login: Login, { user, password, database, faults }: Premises) => {
  const failed = { number: 18_456, class: 14, message: `Login failed for user '${login.user}'.` };
  if (faults.take('rechaza_acceso') || login.user !== user || login.password !== password) return [failed];
  if (login.database === '' || login.database.toLowerCase() === database.toLowerCase()) return null;
  return [
    { number: 4060, class: 11, message: `Cannot open database "${login.database}" requested by the login. The login failed.` },
    failed,
  ];
};

type Inbox = ReturnType<typeof openInbox>;

/** The messages of a stream, in order. */
const openInbox = (stream: Duplex, gone: AbortSignal) => {
  const reader = createReader();
  const waiting: Message[] = [];
  let wake: (() => void) | null = null;
  let failure: Error | null = null;
  let attention: (() => void) | null = null;
  const tell = () => {
    wake?.();
    wake = null;
  };
  const receive = (chunk: Buffer) => {
    try {
      for (const message of reader.push(chunk)) {
        if (message.type === packetType.attention && attention) attention();
        else waiting.push(message);
      }
    } catch (error) {
      failure = error as Error;
    }
    tell();
  };
  stream.on('data', receive);
  gone.addEventListener('abort', tell, { once: true });
  return {
    next: async (): Promise<Message> => {
      for (;;) {
        const message = waiting.shift();
        if (message) return message;
        if (failure) throw failure;
        if (gone.aborted) throw new Dropped();
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    /** Who is told of an attention instead of `next`. */
    onAttention: (listener: (() => void) | null) => {
      attention = listener;
    },
    /** Reads no further; answers what came beyond the last whole packet. */
    stop: (): Buffer => {
      stream.off('data', receive);
      return reader.rest();
    },
  };
};
