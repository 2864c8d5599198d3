import { isReadable } from '../../engine/call.ts';
import type { Engine } from '../../engine/engine.ts';
import type { AgentId } from '../../engine/ids.ts';
import type { CallEntry, Entry, OutcomeEntry } from '../../journal/index.ts';
import { decisiveOf } from '../decisive.ts';
import { Counter, Histogram } from './cells.ts';
import type { Family } from './family.ts';

/** Of calls to an upstream, in seconds. */
export const CALL_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const MILLI = 1_000;

/** What counting needs to know of an outcome's call, which its record names by its id alone. */
export type Known = Pick<Engine, 'openCall' | 'policy'>;

/**
 * Counts what the journal takes, since the door started. A listener of the journal: an increment or two for each record.
 *
 * INVARIANT: whatever is counted here is what anybody would count over the journal's records: `test/control/metrics` does.
 */
export class Counts {
  readonly #known: () => Known;
  readonly #calls = new Counter({
    name: 'interlock_calls',
    help: 'Calls that were judged',
    labels: ['agent', 'route', 'verdict'],
  });
  readonly #denials = new Counter({
    name: 'interlock_denials',
    help: 'Calls that were denied, by what decided it',
    labels: ['agent', 'guard', 'reason'],
  });
  readonly #refusals = new Counter({
    name: 'interlock_refusals',
    help: 'Requests that never became a call: unreadable, unauthenticated or ambiguous',
    labels: ['reason'],
  });
  readonly #answers = new Counter({
    name: 'interlock_upstream_answers',
    help: 'Calls that were sent and have ended, by the class of the answer; none: no status came',
    labels: ['upstream', 'route', 'class'],
  });
  readonly #failures = new Counter({
    name: 'interlock_upstream_failures',
    help: 'Calls that were sent and got no whole answer, by why',
    labels: ['upstream', 'route', 'failure'],
  });
  readonly #unsent = new Counter({
    name: 'interlock_calls_not_sent',
    help: 'Calls that were allowed and yet not sent: a freeze came between, or it would have been too late',
    labels: ['agent'],
  });
  readonly #money = new Counter({
    name: 'interlock_spent_micros',
    help: 'Money moved, in millionths of the currency; an outcome nobody saw counts as moved',
    labels: ['agent', 'currency'],
  });
  readonly #freezes = new Counter({
    name: 'interlock_freezes',
    help: 'Stops on record; kill: what was in flight was severed',
    labels: ['agent', 'trip', 'by'],
  });
  readonly #resumes = new Counter({
    name: 'interlock_resumes',
    help: 'Agents that people let work again',
    labels: ['agent'],
  });
  readonly #stages = new Counter({
    name: 'interlock_stage_changes',
    help: 'Changes of what an agent may claim, by cause',
    labels: ['agent', 'cause'],
  });
  readonly #reviews = new Counter({
    name: 'interlock_reviews',
    help: 'Held calls that people answered',
    labels: ['agent', 'answer'],
  });
  readonly #pages = new Counter({
    name: 'interlock_page_attempts',
    help: 'Attempts to tell people, by how they ended',
    labels: ['channel', 'outcome'],
  });
  readonly #unrecorded = new Counter({
    name: 'interlock_unrecorded',
    help: 'Requests turned away without a record of their own while the journal had no room',
    labels: ['kind'],
  });
  readonly #records = new Counter({
    name: 'interlock_journal_records',
    help: 'Records that the journal took',
    labels: ['kind'],
  });
  readonly #duration = new Histogram({
    name: 'interlock_call_duration_seconds',
    help: 'From the decision to the end of the answer, of calls that were sent',
    unit: 's',
    labels: ['upstream', 'route'],
    bounds: CALL_SECONDS,
  });
  /** When the last record was, in seconds; `undefined`: none since the start. */
  lastAt: number | undefined;

  /** @param agents, channels whose first stop, or first page that is given up, must show as an increase from nought */
  constructor(known: () => Known, agents: Iterable<AgentId>, channels: Iterable<string>) {
    this.#known = known;
    for (const agent of agents) for (const trip of ['freeze', 'kill']) this.#freezes.of(agent, trip, 'guard');
    for (const channel of channels)
      for (const outcome of ['sent', 'failed', 'abandoned']) this.#pages.of(channel, outcome);
    for (const kind of ['calls', 'refusals', 'notes']) this.#unrecorded.of(kind);
  }

  heard(entry: Entry): void {
    this.#records.of(entry.kind).value += 1;
    this.lastAt = entry.at;
    switch (entry.kind) {
      case 'call':
        return this.#called(entry);
      case 'outcome':
        return this.#ended(entry);
      case 'refusal':
        this.#refusals.of(entry.reason).value += entry.flood?.count ?? 1;
        return;
      case 'freeze':
        this.#freezes.of(entry.agent, entry.trip, whoOf(entry.by)).value += 1;
        return;
      case 'resume':
        this.#resumes.of(entry.agent).value += 1;
        return;
      case 'standing':
        this.#stages.of(entry.agent, entry.cause.what).value += 1;
        return;
      case 'review':
        this.#reviews.of(entry.agent, entry.approved ? 'approved' : 'rejected').value += 1;
        return;
      case 'page':
        this.#pages.of(entry.channel, entry.outcome).value += 1;
        return;
      case 'unrecorded':
        this.#unrecorded.of('calls').value += entry.calls;
        this.#unrecorded.of('refusals').value += entry.refusals;
        this.#unrecorded.of('notes').value += entry.notes;
        return;
      default:
        return;
    }
  }

  families(): readonly Family[] {
    return [
      this.#calls,
      this.#denials,
      this.#refusals,
      this.#answers,
      this.#failures,
      this.#unsent,
      this.#duration,
      this.#money,
      this.#freezes,
      this.#resumes,
      this.#stages,
      this.#reviews,
      this.#pages,
      this.#unrecorded,
      this.#records,
    ].map((counted) => counted.family());
  }

  #called(entry: CallEntry): void {
    const { agent, route, verdict } = entry;
    this.#calls.of(agent, route, verdict).value += 1;
    if (verdict !== 'deny') return;
    const found = decisiveOf(entry);
    this.#denials.of(agent, found?.guard, found?.reason).value += 1;
  }

  /** Heard before it is applied: the call is still open. */
  #ended({ call: id, status, failure, effectiveness, durationMs, origin }: OutcomeEntry): void {
    const known = this.#known();
    const call = known.openCall(id);
    // An answer that was made here came from no upstream; one that nobody knows of was judged before this start.
    if (call === undefined || origin !== undefined) return;
    if (failure === 'not_sent') {
      this.#unsent.of(call.agent).value += 1;
      return;
    }
    const { route } = call;
    const upstream = known.policy.routes.get(route)?.upstream ?? '';
    this.#answers.of(upstream, route, classOf(status)).value += 1;
    if (failure !== null) this.#failures.of(upstream, route, failure).value += 1;
    this.#duration.of(upstream, route).observe(durationMs / MILLI);
    if (effectiveness === 'ineffective' || call.amount === null || !isReadable(call.amount)) return;
    // Exact up to nine billion units; a counter never falls.
    if (call.amount.micros > 0n) this.#money.of(call.agent, call.amount.currency).value += Number(call.amount.micros);
  }
}

/** `2xx`; an upstream may say any number. */
export function classOf(status: number | null): string {
  return status === null ? 'none' : (CLASSES[Math.floor(status / 100)] ?? 'none');
}

const CLASSES: Readonly<Record<number, string>> = { 1: '1xx', 2: '2xx', 3: '3xx', 4: '4xx', 5: '5xx' };

/** Who stopped an agent, by kind: `human`, `guard`, `agent`. */
export function whoOf(by: string): string {
  const [kind = ''] = by.split(':', 1);
  return WHO.has(kind) ? kind : 'door';
}

const WHO: ReadonlySet<string> = new Set(['human', 'guard', 'agent', 'watch']);
