import type { Json } from '../std/canonical-json.ts';
import type { Instant } from '../std/clock.ts';
import { formatMoney } from '../std/money.ts';
import { isReadable, type Call } from './call.ts';
import { combine, holdOf } from './combine.ts';
import { isAdmitted, type Decision, type Finding } from './decision.ts';
import type { Effectiveness, Event, HoldTerms } from './event.ts';
import { covers, isOfThisWorld, stateOf, usedOn, type Hold, type Review } from './hold.ts';
import type { AgentId, CallId, RuleId } from './ids.ts';

/** More requests than this at a time and nobody reads them: an agent that floods its approvers is told to wait. */
export const PENDING_MAX = 100;
/** Holds kept per agent, whatever their state. Forgetting one is safe: the same call asks a human again. */
export const KEPT_MAX = 1_000;
/** How long an expired hold is still remembered, so that an agent which polls late learns what became of it. */
const EXPIRED_KEPT_MS = 3_600_000;

/**
 * Calls that wait for a human, whichever guard held them, and what humans said of them.
 *
 * An approval is for exactly these bytes (agent, fingerprint and envelope), for the rules that held them, once, until the
 * hold expires. A call that it let through and that surely had no effect gives it back. One that was given to a write of an
 * agent in shadow is for a captured write, and for no real one after the agent's promotion; a refusal stands in both.
 *
 * INVARIANT: one approval, at most one effect. Every allowed call with a hold's bytes spends its approval, also where no
 * rule holds it any more; only an end that is surely without effect gives it back.
 */
export class Holds {
  /** By what is held; the oldest first. */
  readonly #holds = new Map<AgentId, Map<string, Hold>>();
  readonly #byCall = new Map<CallId, Hold>();
  readonly #pendingMax: number;

  constructor(pendingMax = PENDING_MAX) {
    this.#pendingMax = pendingMax;
  }

  /** Turns a hold into an allow where a human has approved it, and into a deny where it was refused or used up. Pure. */
  resolve(call: Call, decision: Decision): Decision {
    const asked = holdOf(decision);
    const hold = this.#live(call);
    if (asked === undefined) return hold === undefined ? decision : stillRefused(decision, hold);
    if (hold?.review?.approved === false) return settle(decision, refused(hold.review));
    if (hold?.usedBy != null && isOfThisWorld(hold, asked.isCapture)) return settle(decision, used(hold.usedBy));
    // Another rule asks another question: what humans said of the first is no answer to it.
    if (hold === undefined || !covers(hold, asked)) {
      const freesAt = this.#fullUntil(call);
      return freesAt === undefined ? decision : settle(decision, tooMany(this.#pendingMax, freesAt));
    }
    const { review } = hold;
    if (review === null) return settle(decision, pending(hold));
    const approved = settle(decision, (finding) => approvedBy(finding, review));
    return isAdmitted(approved.verdict) ? { ...approved, approval: hold.call } : approved;
  }

  decided({ call, verdict, hold: asked }: Extract<Event, { kind: 'decided' }>): void {
    if (!isAdmitted(verdict) && asked === undefined) return;
    const hold = this.#live(call);
    if (asked === undefined) {
      if (hold?.review?.approved === true) this.#put(usedOn(hold, call.id));
      // It went without asking, so there is no question any more.
      else if (hold?.review === null) this.#forget(hold);
    } else if (hold === undefined) {
      this.#open(call, asked);
    } else if (!isOfThisWorld(hold, asked.isCapture)) {
      this.#open(call, asked);
    } else if (!covers(hold, asked)) {
      // For all rules at once: two that hold in turn must not take the question away from each other.
      this.#open(call, { ...asked, rules: [...new Set([...hold.rules, ...asked.rules])] });
    }
  }

  ended(call: Call, effectiveness: Effectiveness): void {
    if (effectiveness !== 'ineffective') return;
    const hold = this.#holds.get(call.agent)?.get(heldOf(call));
    if (hold?.usedBy === call.id && !hold.spent) this.#put({ ...hold, usedBy: null });
  }

  /** What a human says counts once, and only before the hold expires. */
  reviewed({ call, at, approved, by, reason }: Extract<Event, { kind: 'reviewed' }>): void {
    const hold = this.#byCall.get(call);
    if (hold === undefined || stateOf(hold, at) !== 'pending') return;
    this.#put({ ...hold, review: { approved, by, reason } });
  }

  of(call: CallId): Hold | undefined {
    return this.#byCall.get(call);
  }

  /** Those that wait for a human at `at`, the oldest first. */
  pending(at: Instant): readonly Hold[] {
    return [...this.#byCall.values()].filter((hold) => stateOf(hold, at) === 'pending').sort((a, b) => a.at - b.at);
  }

  save(): Json {
    const holds = [...this.#holds.values()].flatMap((ofAgent) => [...ofAgent.values()]);
    return holds.map((hold) => ({ ...hold, rules: [...hold.rules], review: hold.review && { ...hold.review } }));
  }

  load(state: Json): void {
    for (const hold of state as unknown as readonly Hold[]) this.#put(hold);
  }

  /** The hold of these bytes, unless it has expired: then everything starts anew. */
  #live(call: Call): Hold | undefined {
    const hold = this.#holds.get(call.agent)?.get(heldOf(call));
    return hold === undefined || call.at >= hold.expiresAt ? undefined : hold;
  }

  /** When the first of the other calls expires, where so many of them wait that this one cannot, too. */
  #fullUntil(call: Call): Instant | undefined {
    const { agent, at } = call;
    const fingerprint = heldOf(call);
    let waiting = 0;
    let freesAt = Infinity;
    for (const hold of this.#holds.get(agent)?.values() ?? []) {
      if (hold.fingerprint === fingerprint || stateOf(hold, at) !== 'pending') continue;
      waiting += 1;
      freesAt = Math.min(freesAt, hold.expiresAt);
    }
    return waiting < this.#pendingMax ? undefined : freesAt;
  }

  #open(call: Call, { rules, expiresAt, isCapture }: HoldTerms): void {
    const { id, agent, route, subject, amount, at } = call;
    const fingerprint = heldOf(call);
    this.#sweep(agent, at);
    const earlier = this.#holds.get(agent)?.get(fingerprint);
    if (earlier !== undefined) this.#forget(earlier);
    const shown = amount === null ? null : isReadable(amount) ? formatMoney(amount) : 'unreadable';
    const asked = { call: id, agent, fingerprint, route, subject, amount: shown, at, rules, expiresAt };
    const world = isCapture === undefined ? {} : { isCapture };
    this.#put({ ...asked, ...world, review: null, usedBy: null, spent: false });
  }

  #put(hold: Hold): void {
    const ofAgent = this.#holds.get(hold.agent);
    if (ofAgent === undefined) this.#holds.set(hold.agent, new Map([[hold.fingerprint, hold]]));
    else ofAgent.set(hold.fingerprint, hold);
    this.#byCall.set(hold.call, hold);
  }

  #forget({ agent, fingerprint, call }: Hold): void {
    const ofAgent = this.#holds.get(agent);
    ofAgent?.delete(fingerprint);
    if (ofAgent?.size === 0) this.#holds.delete(agent);
    this.#byCall.delete(call);
  }

  /** Makes room for one more. */
  #sweep(agent: AgentId, at: Instant): void {
    const all = [...(this.#holds.get(agent)?.values() ?? [])];
    for (const hold of all) if (at >= hold.expiresAt + EXPIRED_KEPT_MS) this.#forget(hold);
    const kept = all.filter(({ call }) => this.#byCall.has(call));
    // An approval that nobody has used yet is the last to go; what waits stays.
    const leastMissed = (['expired', 'refused', 'used', 'approved'] as const).flatMap((state) =>
      kept.filter((hold) => stateOf(hold, at) === state),
    );
    for (const hold of leastMissed.slice(0, Math.max(0, kept.length - KEPT_MAX + 1))) this.#forget(hold);
  }
}

/** A human said no to these bytes: that stands until the hold expires, also where no rule asks any more. */
function stillRefused(decision: Decision, { review, rules }: Hold): Decision {
  if (!isAdmitted(decision.verdict) || review?.approved !== false) return decision;
  const [rule] = rules as readonly [RuleId, ...RuleId[]];
  return combine([...decision.findings, refused(review)({ ...decision.decisive, rule })]);
}

/** The decision with what is known of its hold: each finding that held gets an answer, and the most severe wins again. */
function settle({ findings }: Decision, answer: (finding: Finding) => Finding): Decision {
  return combine(findings.map((finding) => (finding.verdict === 'hold' ? answer(finding) : finding)));
}

function pending({ call, expiresAt }: Hold): (finding: Finding) => Finding {
  return (finding) => ({ ...finding, earlier: call, expiresAt });
}

function approvedBy({ rule }: Finding, { by }: Review): Finding {
  return { guard: 'approval', rule, verdict: 'pass', reason: 'approved', observed: `approved by ${by}` };
}

function refused({ by, reason }: Review): (finding: Finding) => Finding {
  return ({ rule }) => ({
    guard: 'approval',
    rule,
    verdict: 'deny',
    reason: 'approval_refused',
    observed: `refused by ${by}: ${reason}`,
    retryable: 'never',
    hint: 'A human refused this call. Do not send it again; reach your aim another way, or report it.',
  });
}

function used(by: CallId): (finding: Finding) => Finding {
  return ({ rule }) => ({
    guard: 'approval',
    rule,
    verdict: 'deny',
    reason: 'approval_used',
    limit: 'one effect per approval',
    earlier: by,
    retryable: 'never',
    hint: `The approval was used up by ${by}, whose effect stands or is not known. Read its state instead of repeating it.`,
  });
}

function tooMany(max: number, freesAt: Instant): (finding: Finding) => Finding {
  return ({ rule }) => ({
    guard: 'approval',
    rule,
    verdict: 'deny',
    reason: 'too_many_holds',
    observed: `${max} calls wait for a human`,
    limit: String(max),
    retryable: 'after',
    retryAt: freesAt,
    hint: 'Wait until a human has answered some of the calls that already wait, then send this one again.',
  });
}

/** What a person approves: the bytes, and what the headers add to them. */
function heldOf({ fingerprint, envelope = '' }: Call): string {
  return envelope === '' ? fingerprint : `${fingerprint} ${envelope}`;
}
