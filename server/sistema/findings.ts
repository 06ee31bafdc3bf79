import { asError } from '#server/lib/errors.ts';

/** What one look at one part of the house found. `detail` null = the part is not configured. */
export type Finding = { readonly part: string; readonly state: 'bien' | 'falla' | 'sin configurar'; readonly detail: string };

/** Looks at one part: answers what to tell, null when it is not configured; throws a sentence when it does not work. */
export type Check = { readonly part: string; look(): Promise<string | null> };

/** Every check, one after another: a slow part never disturbs the look at the next. */
export const examine = async (checks: readonly Check[], tell: (finding: Finding) => void): Promise<readonly Finding[]> => {
  const findings: Finding[] = [];
  for (const check of checks) {
    const finding = await examineOne(check);
    findings.push(finding);
    tell(finding);
  }
  return findings;
};

const examineOne = async ({ part, look }: Check): Promise<Finding> => {
  try {
    const detail = await look();
    return detail === null ? { part, state: 'sin configurar', detail: '' } : { part, state: 'bien', detail };
  } catch (error) {
    return { part, state: 'falla', detail: asError(error).message };
  }
};

/** One line of the report, in columns. */
export const line = ({ part, state, detail }: Finding): string => `${part.padEnd(14)}${state.padEnd(16)}${detail}`.trimEnd();

/** 0 when nothing that is configured fails. */
export const exitCode = (findings: readonly Finding[]): 0 | 1 => (findings.some((finding) => finding.state === 'falla') ? 1 : 0);
