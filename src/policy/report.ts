import { formatPath, type Path, type PolicyProblem } from './problem.ts';
import type { On, Source } from './source.ts';

/** What a check has to say about a place in the file. */
export interface Remark {
  readonly message: string;
  readonly accepted?: string;
  readonly suggestion?: string | undefined;
  /** About the key rather than its value. */
  readonly on?: On;
  /** How many characters into the value. */
  readonly offset?: number;
  /** The value could be a secret: it is not repeated. */
  readonly secret?: boolean;
}

/** Collects what is wrong, and what is merely suspicious, with its place. */
export class Report {
  readonly #source: Source;
  readonly problems: PolicyProblem[] = [];
  readonly warnings: PolicyProblem[] = [];

  constructor(source: Source) {
    this.#source = source;
  }

  error(path: Path, remark: string | Remark): void {
    this.problems.push(this.#located(path, remark));
  }

  /** Accepted, and shown by `interlock check`. */
  warn(path: Path, remark: string | Remark): void {
    this.warnings.push(this.#located(path, remark));
  }

  #located(path: Path, remark: string | Remark): PolicyProblem {
    const { message, accepted, suggestion, on, offset, secret } =
      typeof remark === 'string' ? { message: remark } : remark;
    const { file, line, column, found } = this.#source.place(path, on, offset);
    return {
      ...(file !== undefined && { file }),
      line,
      column,
      path: formatPath(path),
      message,
      ...(secret !== true && { found }),
      ...(accepted !== undefined && { accepted }),
      ...(suggestion !== undefined && { suggestion }),
    };
  }
}

/** In the order in which a reader meets them, the policy file first; the same thing said twice is said once. */
export function byPlace(problems: readonly PolicyProblem[]): PolicyProblem[] {
  const sorted = problems.toSorted(
    (a, b) => byFile(a.file ?? '', b.file ?? '') || a.line - b.line || a.column - b.column,
  );
  return sorted.filter(
    (problem, index) =>
      !sorted
        .slice(0, index)
        .some(
          ({ file, line, column, message }) =>
            file === problem.file && line === problem.line && column === problem.column && message === problem.message,
        ),
  );
}

function byFile(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
