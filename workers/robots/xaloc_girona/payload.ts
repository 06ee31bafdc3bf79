/** A trámite's payload as it comes from the queue: neutral facts, any of them missing. */
export type Payload = Readonly<Record<string, unknown>>;

/** The first of the values that is not blank, as text trimmed at both ends; '' when none is. */
export const text = (...values: readonly unknown[]): string => {
  for (const value of values) {
    const written = typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
    if (written) return written;
  }
  return '';
};

/** A group of facts inside the payload; {} when it is not there. */
export const group = (value: unknown): Payload =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Payload) : {};

export const isEmail = (value: string): boolean => /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>.]+$/.test(value);

/** Everything wrong with a payload, told together; the first word of it becomes the trámite's error_code. */
export class Problems {
  readonly sentences: string[] = [];
  first: string | null = null;

  add(code: string, sentence: string): void {
    this.first ??= code;
    this.sentences.push(sentence);
  }
}
