import { randomBytes } from 'node:crypto';
import type { RegisteredFile } from './register.ts';

/** What goes wrong with the receipt of a submission, decided when it is registered. */
export type ReceiptTrouble = 'justificante_tarde' | 'justificante_no_pdf' | 'justificante_500' | 'pausa_recibo';

/** One request being made, from the first form to its receipt. */
export type Draft = {
  readonly id: string;
  /** Attached so far, by type of document. */
  readonly documents: Record<string, RegisteredFile[]>;
  /** The accepted form, once it was. */
  fields?: Readonly<Record<string, string>>;
  /** Register number of its last submission. */
  numero?: string;
  receiptTrouble?: ReceiptTrouble | undefined;
};

/** What the portal remembers of one browser. */
export type Session = { readonly id: string; readonly drafts: Map<string, Draft>; lastSeen: number };

/** The certificate every browser of the demo shows. */
export const certificateHolder = { name: 'GESTORIA EXEMPLE SL', nif: 'B00000000' } as const;

/** Identifier of the identified person at the portal. */
export const personId = '1';

export const documentTypes = [
  { id: 'D1', label: 'Escrit d’al·legacions o recurs i documentació acreditativa', required: true },
  { id: 'D2', label: 'Altres documents', required: false },
] as const;

const idleMs = 30 * 60_000;

/** The names of a type's documents as the form carries them: joined, in hexadecimal. */
export const hexNames = (draft: Draft, type: string): string =>
  Buffer.from((draft.documents[type] ?? []).map((file) => file.nombre).join(';')).toString('hex');

/** Sessions live in memory, as in the real portal: they do not outlive a restart. */
export const createSessions = (now: () => number = Date.now) => {
  const sessions = new Map<string, Session>();
  const forgetIdle = () => {
    for (const [id, session] of sessions) if (now() - session.lastSeen > idleMs) sessions.delete(id);
  };
  return {
    open(): Session {
      forgetIdle();
      const session: Session = { id: randomBytes(16).toString('hex').toUpperCase(), drafts: new Map(), lastSeen: now() };
      sessions.set(session.id, session);
      return session;
    },
    /** The live session of a cookie's value. */
    find(id: string | undefined): Session | undefined {
      const session = id === undefined ? undefined : sessions.get(id);
      if (!session || now() - session.lastSeen > idleMs) return undefined;
      session.lastSeen = now();
      return session;
    },
    end: (session: Session): boolean => sessions.delete(session.id),
  };
};

export type Sessions = ReturnType<typeof createSessions>;

/** A new request in this browser. */
export const openDraft = (session: Session): Draft => {
  const draft: Draft = { id: randomBytes(6).readUIntBE(0, 6).toString(), documents: {} };
  session.drafts.set(draft.id, draft);
  return draft;
};
