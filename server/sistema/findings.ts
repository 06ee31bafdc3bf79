import { asError } from '#server/lib/errors.ts';

/** What one look at one part of the house found. `detail` null = the part is not configured. */
export type Finding = { readonly part: string; readonly state: 'bien' | 'falla' | 'sin configurar'; readonly detail: string };

/** Looks at one part: answers what to tell, null when it is not configured; throws a sentence when it does not work. */
export type Check = {
  readonly part: string;
  look(): Promise<string | null>;
  /** It works without a pause: nobody else is looked at meanwhile, whose answer would seem late, and it takes what it takes. */
  readonly isAlone?: true;
  /** How long it may take where that is longer than usual. */
  readonly patienceMs?: number;
};

/** Who has not answered by then is told as failing: a person is waiting, and a host that swallows everything would take minutes. */
const usualPatienceMs = 20_000;

/** Those that work alone first; then all others at once, told in the order of the list. */
export const examine = async (checks: readonly Check[], tell: (finding: Finding) => void): Promise<readonly Finding[]> => {
  const findings: Finding[] = [];
  const note = (finding: Finding): void => {
    findings.push(finding);
    tell(finding);
  };
  for (const check of checks.filter(({ isAlone }) => isAlone)) note(await examineOne(check));
  const others = checks.filter(({ isAlone }) => !isAlone).map(examineOne);
  for (const other of others) note(await other);
  return findings;
};

const inTime = async ({ look, isAlone, patienceMs = usualPatienceMs }: Check): Promise<string | null> => {
  if (isAlone) return look();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`No ha contestado en ${patienceMs / 1000} segundos.`)), patienceMs);
  try {
    return await Promise.race([look(), late.promise]);
  } finally {
    clearTimeout(timer);
  }
};

const examineOne = async (check: Check): Promise<Finding> => {
  const { part } = check;
  try {
    const detail = await inTime(check);
    return detail === null ? { part, state: 'sin configurar', detail: '' } : { part, state: 'bien', detail };
  } catch (error) {
    return { part, state: 'falla', detail: asError(error).message };
  }
};

/** One line of the report, in columns. */
export const line = ({ part, state, detail }: Finding): string => `${part.padEnd(14)}${state.padEnd(16)}${detail}`.trimEnd();

/** 0 when nothing that is configured fails. */
export const exitCode = (findings: readonly Finding[]): 0 | 1 => (findings.some((finding) => finding.state === 'falla') ? 1 : 0);
