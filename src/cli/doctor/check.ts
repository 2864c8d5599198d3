/** What a check found. `skip`: nothing was looked at, and why. */
export type State = 'ok' | 'warn' | 'fail' | 'skip';

export interface Finding {
  /** `disk.room`: the same at every visit. */
  readonly id: string;
  readonly state: State;
  /** What was looked at, and what is so: a whole sentence. */
  readonly text: string;
  /** What to do about it. */
  readonly next?: string;
}

/** Found something wrong; found something to look at; all is well, as far as anybody looked. */
export function exitCode(findings: readonly Finding[]): 0 | 1 | 2 {
  if (findings.some(({ state }) => state === 'fail')) return 2;
  return findings.some(({ state }) => state === 'warn') ? 1 : 0;
}

export const ok = (id: string, text: string): Finding => ({ id, state: 'ok', text });
export const skip = (id: string, text: string): Finding => ({ id, state: 'skip', text });
export const warn = (id: string, text: string, next: string): Finding => ({ id, state: 'warn', text, next });
export const fail = (id: string, text: string, next: string): Finding => ({ id, state: 'fail', text, next });
