import { withoutSecrets } from './secrets.ts';

/**
 * A failure somebody decided about: `code` is a Spanish slug a person can filter by, `message` the Spanish sentence for
 * the operator, `cause` what the log keeps, `transient` answers "is it worth trying again?".
 */
export class CerebroError extends Error {
  readonly code: string;
  readonly transient: boolean;

  constructor(code: string, sentence: string, options: { cause?: unknown; transient?: boolean } = {}) {
    super(withoutSecrets(sentence), options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'CerebroError';
    this.code = code;
    this.transient = options.transient ?? false;
  }
}

/** Refused because the thing is not in a state that allows it: answered with 409. */
export class WrongStateError extends CerebroError {}

/** No such thing: answered with 404. */
export class NotFoundError extends CerebroError {
  constructor(sentence: string) {
    super('no_encontrado', sentence);
  }
}

/** Input that cannot be accepted, with one Spanish sentence per field: answered with 422. */
export class InvalidInputError extends CerebroError {
  readonly fields: Readonly<Record<string, string>>;

  constructor(fields: Record<string, string>) {
    super('entrada_no_valida', Object.values(fields).join(' '));
    this.fields = fields;
  }
}

/** Anything thrown, as an Error whose words hold no secret of ours: they end in pages, rows and mails. */
export const asError = (thrown: unknown): Error => {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  for (const words of ['message', 'stack'] as const) {
    const said = error[words] ?? '';
    const clean = withoutSecrets(said);
    if (clean !== said) Object.defineProperty(error, words, { value: clean, configurable: true, writable: true });
  }
  return error;
};

/** Refused before anything was looked at (where it comes from, a missing token): answered with 403. */
export class ForbiddenError extends CerebroError {}

/** Nobody known asks: answered with 401. */
export class UnauthorizedError extends CerebroError {}
