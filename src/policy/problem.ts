import { distance } from 'fastest-levenshtein';

/** One thing wrong with a policy file. */
export interface PolicyProblem {
  /** The included file it is in; absent: the policy file itself. */
  readonly file?: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** `agents.refunds-bot.rates[0].max` */
  readonly path: string;
  /** What is wrong, with what: starts in lower case, no full stop. */
  readonly message: string;
  /** The offending text, shortened; absent where it could be a secret. */
  readonly found?: string;
  /** The form that is accepted. */
  readonly accepted?: string;
  /** The known name that is nearest to the one found. */
  readonly suggestion?: string;
}

export type Path = readonly (string | number)[];

/** `` interlock.yaml:14:9: unknown route `refnd`; did you mean `refund`? ``; `file` is what the policy file is called. */
export function formatProblem(file: string, problem: PolicyProblem): string {
  const { line, column, message, accepted, suggestion } = problem;
  const form = accepted === undefined ? '' : `; write ${accepted}`;
  const hint = suggestion === undefined ? '' : `; did you mean \`${suggestion}\`?`;
  return `${problem.file ?? file}:${line}:${column}: ${message}${form}${hint}`;
}

export function formatPath(path: Path): string {
  return path.reduce<string>((shown, step) => {
    if (typeof step === 'number') return `${shown}[${step}]`;
    return shown === '' ? step : `${shown}.${step}`;
  }, '');
}

/** The known name that a typing error most likely meant: at most a third of its letters differ. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const steps = distance(name.toLowerCase(), candidate.toLowerCase());
    if (steps < bestDistance) [best, bestDistance] = [candidate, steps];
  }
  return best;
}
