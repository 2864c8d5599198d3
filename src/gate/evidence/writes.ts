import { assessmentsIn, intentsIn } from '../../evidence/intents/from-warehouse.ts';
import type { Intents } from '../../evidence/intents/intent.ts';
import { candidates, type Candidate } from '../../evidence/review/queue.ts';
import { consensus } from '../../evidence/review/opinions.ts';
import { SAMPLE } from '../../evidence/review/sample.ts';
import { daysIn } from '../../evidence/review/strata.ts';
import type { Label } from '../../evidence/shadow/evaluation.ts';
import { scopeWhere, type Scope } from '../../evidence/shadow/scope.ts';
import { textIn, type Source } from '../../evidence/shadow/source.ts';

/** A write of the agent's, what became of it, and what is known of it. */
export interface KnownWrite extends Pick<Candidate, 'intent' | 'chosen' | 'opinions'> {
  /** It would have taken effect: the door let it pass, or captured it. */
  readonly meant: boolean;
  /** Somebody who knows says that it was wrong (`true`) or right; `null`: nobody does, or nobody is sure. */
  readonly harmful: boolean | null;
  /** It was looked at for what it is, whatever a draw says. */
  readonly anomalous: boolean;
}

/** The agent's writes that count, as the draw of `interlock review` has them within that stretch, with opinions and labels. */
export async function writesIn(
  source: Source,
  scope: Scope,
  labels: readonly Label[],
): Promise<{ readonly intents: Intents; readonly writes: readonly KnownWrite[] }> {
  const intents = await intentsIn(source, scope.agent, scopeWhere(scope));
  const calls = new Set(intents.writes.map(({ call }) => call));
  const opinions = (await assessmentsIn(source, scope.agent)).filter(({ call }) => calls.has(call));
  const { all } = candidates(intents.writes, opinions, SAMPLE, daysIn(scope.timeZone));
  const rows = await source.rows('SELECT call FROM scoped WHERE meant');
  const meant = new Set(rows.map((row) => textIn(row, 'call')));
  const known = new Map(labels.map(({ call, harmful }) => [call, harmful]));
  const writes = all.map(({ intent, chosen, opinions: given, anomalies }) => ({
    intent,
    chosen,
    opinions: given,
    meant: meant.has(intent.call),
    anomalous: anomalies.length > 0,
    harmful: worst(byReviewers(given), known.get(intent.call) ?? null),
  }));
  return { intents, writes };
}

/** What reviewers dispute is not known to be right, and so is wrong until they agree. */
function byReviewers(given: Candidate['opinions']): boolean | null {
  const all = consensus(given);
  if (all === undefined || all === 'unsure') return null;
  return all !== 'sane';
}

/** Who says that it was wrong is believed before who says that it was not. */
function worst(one: boolean | null, other: boolean | null): boolean | null {
  if (one === true || other === true) return true;
  return one ?? other;
}
