import { recordsOf } from './overview.ts';
import { behind, FIRST_CALLS, type Behind } from './behind.ts';
import { windowOf, type Scope } from './scope.ts';
import { equals, literal, textIn, type Source } from './source.ts';

/** What people said and did about the agent, counted as the journal has it. */
export interface PeopleCounts {
  /** Calls with an assessment that says so; a call that two people judge differently counts in both. */
  readonly opinions: readonly { readonly opinion: string; readonly behind: Behind }[];
  readonly approved: number;
  readonly rejected: number;
  readonly freezes: number;
  readonly resumes: number;
  /** What the agent itself said it decided. */
  readonly notes: number;
}

export async function peopleOf(source: Source, scope: Scope): Promise<PeopleCounts> {
  const given = `SELECT call, opinion FROM assessments WHERE ${[`agent = ${literal(scope.agent)}`, ...windowOf({ from: scope.from, to: null })].join(' AND ')}`;
  const rows = await source.rows(`SELECT opinion, ${FIRST_CALLS} FROM (SELECT DISTINCT opinion, call FROM (${given}))
    JOIN (SELECT call, seq FROM scoped) USING (call) GROUP BY 1 ORDER BY 1`);
  return {
    opinions: rows.map((row) => {
      const opinion = textIn(row, 'opinion');
      return {
        opinion,
        behind: behind(row, `call IN (SELECT call FROM assessments WHERE ${equals('opinion', opinion)})`),
      };
    }),
    approved: await recordsOf(source, scope, 'reviews', 'approved'),
    rejected: await recordsOf(source, scope, 'reviews', 'NOT approved'),
    freezes: await recordsOf(source, scope, 'freezes'),
    resumes: await recordsOf(source, scope, 'resumes'),
    notes: await recordsOf(source, scope, 'notes'),
  };
}
