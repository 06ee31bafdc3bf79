/**
 * A failure somebody decided about: `code` is a Spanish slug a person can filter by, `message` the Spanish sentence for
 * the operator, `cause` what the log keeps, `transient` answers "is it worth trying again?".
 */
export class CerebroError extends Error {
  readonly code: string;
  readonly transient: boolean;

  constructor(code: string, sentence: string, options: { cause?: unknown; transient?: boolean } = {}) {
    super(sentence, options.cause === undefined ? undefined : { cause: options.cause });
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

/** Anything thrown, as an Error. */
export const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));

/** Refused before anything was looked at (where it comes from, a missing token): answered with 403. */
export class ForbiddenError extends CerebroError {}

/** Nobody known asks: answered with 401. */
export class UnauthorizedError extends CerebroError {}
