import type { AgentId } from '../../engine/ids.ts';
import type { Entry, FreezeEntry, PolicyEntry, Recorded, ResumeEntry, StandingEntry } from '../../journal/index.ts';
import { literal, textIn, type Source } from '../../evidence/shadow/source.ts';

/** The records of a kind, in the journal's order; those of no agent, or of one. */
async function recordsOf<E extends Entry>(
  source: Pick<Source, 'rows'>,
  kind: E['kind'],
  agent: AgentId | null = null,
): Promise<readonly Recorded<E>[]> {
  const own = agent === null ? '' : ` AND agent = ${literal(agent)}`;
  const rows = await source.rows(`SELECT json FROM records WHERE kind = ${literal(kind)}${own} ORDER BY seq`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a line of the journal, of the kind that was asked for
  return rows.map((row) => JSON.parse(textIn(row, 'json')) as Recorded<E>);
}

/** What tells which records of a journal count: few of them, whatever its size. */
export interface Turning {
  readonly policies: readonly Recorded<PolicyEntry>[];
  readonly standings: readonly Recorded<StandingEntry>[];
  readonly freezes: readonly Recorded<FreezeEntry>[];
  readonly resumes: readonly Recorded<ResumeEntry>[];
}

export async function turningIn(source: Pick<Source, 'rows'>, agent: AgentId): Promise<Turning> {
  return {
    policies: await recordsOf<PolicyEntry>(source, 'policy'),
    standings: await recordsOf<StandingEntry>(source, 'standing', agent),
    freezes: await recordsOf<FreezeEntry>(source, 'freeze', agent),
    resumes: await recordsOf<ResumeEntry>(source, 'resume', agent),
  };
}
