import { CerebroError } from '#server/lib/errors.ts';

/** One mail. */
export type Carta = {
  /** The same whenever it is tried again: whoever gets it twice can see that it is one. */
  readonly id: string;
  readonly para: readonly string[];
  readonly asunto: string;
  readonly texto: string;
  readonly html: string | null;
};

/** Whom a mail server does not take a mail for, and whom only not yet: those are worth another try (4xx). */
export type NotReached = { readonly refused: readonly string[]; readonly postponed: readonly string[] };

/** A mail server. */
export type Correo = {
  /** Where it is; no secrets. */
  readonly shownAs: string;
  /** Hands a mail over; answers whom it has not reached although it has reached somebody. @throws CorreoError */
  send(carta: Carta): Promise<NotReached>;
  /** Connects and, with a user, enters; sends nothing. @throws CorreoError */
  check(): Promise<void>;
};

/** What a webhook is told, whatever the form it takes. */
export type Mensaje = {
  readonly asunto: string;
  readonly nivel: string;
  readonly ambito: string;
  readonly naturaleza: string;
  readonly motivo: string;
  readonly titulo: string;
  readonly detalle: string;
  readonly datos: Readonly<Record<string, string>>;
  readonly acciones: readonly string[];
  readonly enlace: string | null;
};

/** Where avisos are posted to: Teams, Slack or a program of one's own. */
export type Webhook = {
  /** Only the machine: the rest of its address is a secret. */
  readonly shownAs: string;
  /** @throws CorreoError */
  post(mensaje: Mensaje): Promise<void>;
};

/** `puerta`: it could not be reached or entered, and no other message would go out either; `mensaje`: this one was not taken. */
export type CorreoFailure = 'puerta' | 'mensaje';

export class CorreoError extends CerebroError {
  readonly failure: CorreoFailure;

  constructor(code: string, sentence: string, failure: CorreoFailure, cause?: unknown) {
    super(code, sentence, { cause, transient: true });
    this.name = 'CorreoError';
    this.failure = failure;
  }
}
