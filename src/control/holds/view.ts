import { calendar } from '../../std/calendar.ts';
import type { Instant } from '../../std/clock.ts';
import type { Call } from '../../engine/call.ts';
import { stateOf, type Hold } from '../../engine/hold.ts';
import type { CallEntry, OutcomeEntry } from '../../journal/entry.ts';
import { callOf } from '../../journal/index.ts';
import { bodyFields } from '../../report/request-fields.ts';
import { withSealedNamed } from '../../report/why/sealed.ts';
import type { HeldFacts } from '../../warehouse/why/held.ts';
import type { HoldView } from '../contract/holds.ts';
import type { Premises } from '../premises.ts';
import { changesOf } from './changes.ts';
import { foreseen } from './obstacles.ts';
import { holdRow } from './row.ts';
import { standsInItsWay } from './words.ts';

/** Fields of the answer that a session saw last: enough to compare it with what is asked for. */
const SEEN_FIELDS_SHOWN = 40;

type Engine = Premises['engine'];

/** When the day began that an agent's money is summed up for: its first daily budget's, else UTC's. */
export function dayOf({ policy }: Engine, { agent }: Pick<Hold, 'agent'>, at: Instant): Instant {
  const days = policy.agents.get(agent)?.rules.budgets.flatMap(({ per }) => (per.kind === 'day' ? [per.timeZone] : []));
  return calendar(days?.[0] ?? 'UTC')(at).start;
}

/** A held call, with all that a person must know before saying yes, as things stand at `at`. Moves nothing. */
export function holdView(engine: Engine, hold: Hold, facts: HeldFacts, at: Instant): HoldView {
  const { entry } = facts;
  const call: Call = { ...callOf(entry), at };
  const rules = engine.policy.agents.get(call.agent)?.rules;
  const limits = { levels: engine.levelsFor(call), once: rules?.once ?? [] };
  const { agent, route, subject, amount, at: since, expiresAt } = hold;
  const times = { since: new Date(since).toISOString(), expiresAt: new Date(expiresAt).toISOString() };
  const frozen = engine.frozen(agent) !== undefined;
  const line = { call: hold.call, agent, route, subject, amount, rules: hold.rules, ...times, frozen };
  const state = stateOf(hold, at);
  // Once it was sent, there is nothing to foresee.
  const open = state === 'pending' || state === 'approved';
  const view: HoldView = {
    ...holdRow(engine.policy, line),
    state,
    review: reviewOf(hold, facts),
    usedBy: hold.usedBy,
    task: entry.task,
    session: entry.session,
    upstream: entry.upstream,
    heldBy: heldBy(entry),
    ...(open ? foreseen(engine, hold, call) : { leadsTo: null, obstacles: [] }),
    changes: open ? [...changesOf(call, limits, facts)] : [],
    seen: seenOf(facts.seen),
    earlier: (facts.subject?.lines ?? []).map(({ at: when, ...told }) => ({
      ...told,
      at: new Date(when).toISOString(),
    })),
    request: requestOf(entry),
    notes: facts.notes.map((note) => ({ at: new Date(note.at).toISOString(), text: note.text })),
  };
  return withSealedNamed(view, () => false);
}

function heldBy({ findings }: CallEntry): HoldView['heldBy'] {
  return findings.flatMap((finding) => {
    if (typeof finding === 'string' || finding.verdict !== 'hold') return [];
    const { rule, reason, observed = null, limit = null } = finding;
    return [{ rule, reason, text: standsInItsWay(finding), observed, limit }];
  });
}

/** The engine knows what was said; the journal, when. */
function reviewOf({ review, at: since }: Hold, { reviews }: HeldFacts): HoldView['review'] {
  if (review === null) return null;
  const record = reviews.findLast(({ approved, by }) => approved === review.approved && by === review.by);
  return { ...review, at: new Date(record?.at ?? since).toISOString() };
}

function seenOf(seen: HeldFacts['seen']): HoldView['seen'] {
  if (seen === null) return null;
  const { entry, outcome } = seen;
  const fields = answerFields(outcome);
  return {
    call: entry.call,
    request: `${entry.method} ${entry.target}`,
    at: new Date(outcome.at).toISOString(),
    status: outcome.status,
    fields: fields.slice(0, SEEN_FIELDS_SHOWN).map((field) => ({ ...field })),
    more: Math.max(0, fields.length - SEEN_FIELDS_SHOWN),
  };
}

const answerFields = ({ answer, contentType }: OutcomeEntry) => bodyFields(answer, contentType ?? '');

function requestOf({ method, target, headers, body, opaque }: CallEntry): HoldView['request'] {
  const fields = bodyFields(body, headers['content-type'] ?? '').map((field) => ({ ...field }));
  return { method, target, headers: { ...headers }, fields, opaque: opaque ?? null };
}
