import type { PolicyProblem } from '../problem.ts';
import { Report, type Remark } from '../report.ts';
import type { Written } from './written.ts';

/** Collects what is wrong with what an author wrote, in whichever file. */
export class Faults {
  readonly #policyFile: string;
  readonly problems: PolicyProblem[] = [];

  constructor(policyFile: string) {
    this.#policyFile = policyFile;
  }

  error({ origin }: Written, remark: string | Remark): void {
    const report = new Report(origin.source);
    report.error(origin.path, remark);
    this.problems.push(...report.problems);
  }

  /** `routes.yaml:7:3`: for a problem that is about two places. */
  placeOf({ origin }: Written): string {
    const { file = this.#policyFile, line, column } = origin.source.place(origin.path, 'key');
    return `${file}:${line}:${column}`;
  }
}
