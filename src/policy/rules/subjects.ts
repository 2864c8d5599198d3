import type { Path } from '../problem.ts';
import type { Report } from '../report.ts';
import type { RulePlace } from './kind.ts';

/** A rule that counts by subject makes no sense on a route that names none. */
export function needSubjects(routes: RulePlace['concerned'], path: Path, what: string, report: Report): void {
  for (const [id, { subject }] of routes) {
    if (subject === undefined) report.error(path, `${what} needs a subject, and the route \`${id}\` names none`);
  }
}
