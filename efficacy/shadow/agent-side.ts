import type { CaseField } from '../../src/evidence/divergence/model.ts';
import { readActuals, type ReadActuals } from '../../src/evidence/divergence/actuals.ts';
import { casesBy, meant, type Meant } from '../../src/evidence/divergence/meant.ts';
import { intentsOf } from '../../src/evidence/intents/from-journal.ts';
import type { Intents } from '../../src/evidence/intents/intent.ts';
import { readJournal, revealed } from '../../src/journal/index.ts';
import type { LoadedPolicy } from '../../src/policy/index.ts';
import { UNCOMPARED } from '../reference.ts';

/** One suite's runs, as a comparison sees them. */
export interface AgentSide {
  readonly intents: Intents;
  readonly actuals: ReadActuals;
  readonly meant: Meant;
}

const BY: CaseField = 'session';

/** What the runs of a shadow journal meant, beside what the benchmark's authors would have done. Nothing is written down. */
export function agentSide(dir: string, reference: string, { policy }: LoadedPolicy): AgentSide {
  const sealed = intentsOf(readJournal(dir));
  const bodies = revealed(
    dir,
    sealed.writes.map(({ body }) => body ?? ''),
  );
  const writes = sealed.writes.map((one, index) => ({
    ...one,
    body: one.body === null ? null : (bodies[index] ?? null),
  }));
  const intents = { ...sealed, writes };
  const except = new Set([UNCOMPARED]);
  const routes = new Map([...policy.routes].map(([id, { effect }]) => [id as string, effect]));
  const actuals = readActuals(reference, { caseField: BY, routes, actions: new Map(), except });
  if (!actuals.ok) throw new Error(`Failed to read the reference actions: ${actuals.failure}`);
  const scope = { fields: actuals.value.fields, except };
  return { intents, actuals: actuals.value, meant: meant(intents, casesBy(BY, intents), scope) };
}
