import type { Effect } from '../../engine/call.ts';
import type { Recorded } from '../../journal/index.ts';
import { formatMoney } from '../../std/money.ts';

const VERDICTS = ['allow', 'deny', 'hold', 'capture'] as const;
export type Verdict = (typeof VERDICTS)[number];
export { VERDICTS };

/** A line of `interlock tail`. `at` is ISO 8601 in UTC, an amount is `150.00 USD`. */
export type TailLine =
  | {
      readonly kind: 'call';
      readonly seq: number;
      readonly at: string;
      readonly call: string;
      readonly agent: string;
      readonly stage: string;
      readonly route: string;
      readonly effect: Effect;
      readonly subject: string | null;
      readonly amount: string | null;
      readonly verdict: Verdict;
      /** Of what was not let through: what is named first. */
      readonly rule: string | null;
      readonly reason: string | null;
    }
  | {
      readonly kind: 'outcome';
      readonly seq: number;
      readonly at: string;
      readonly call: string;
      readonly status: number | null;
      readonly failure: string | null;
      readonly durationMs: number;
    }
  | {
      /** What people and rules did to an agent, or to the door. */
      readonly kind: 'freeze' | 'assent' | 'resume' | 'review' | 'standing' | 'policy' | 'start';
      readonly seq: number;
      readonly at: string;
      readonly agent: string | null;
      readonly text: string;
    };

/** What somebody wants to see; what is `undefined` narrows nothing. */
export interface Filter {
  readonly agent: string | undefined;
  readonly verdict: Verdict | undefined;
  readonly route: string | undefined;
  readonly subject: string | undefined;
  /** How calls ended, too. */
  readonly outcomes: boolean;
}

/** The line of a record; `undefined`: there is none, for most kinds are not of those who watch. */
export function lineOf(record: Recorded): TailLine | undefined {
  const { seq } = record;
  const at = new Date(record.at).toISOString();
  switch (record.kind) {
    case 'call':
      return callLine(record, at);
    case 'outcome': {
      const { call, status, failure, durationMs } = record;
      return { kind: 'outcome', seq, at, call, status, failure, durationMs };
    }
    case 'freeze': {
      const { agent, trip, by, reason, severed } = record;
      const cut = severed.length === 0 ? '' : `, ${severed.length} in flight severed`;
      return {
        kind: 'freeze',
        seq,
        at,
        agent,
        text: `${trip === 'kill' ? 'killed' : 'frozen'} by ${by}: ${reason}${cut}`,
      };
    }
    case 'assent':
      return {
        kind: 'assent',
        seq,
        at,
        agent: record.agent,
        text: `${record.by} says that it may work again; another person must say so too: ${record.reason}`,
      };
    case 'resume':
      return { kind: 'resume', seq, at, agent: record.agent, text: `resumed by ${record.by}: ${record.reason}` };
    case 'review':
      return {
        kind: 'review',
        seq,
        at,
        agent: record.agent,
        text: `${record.call} ${record.approved ? 'approved' : 'rejected'} by ${record.by}: ${record.reason}`,
      };
    case 'standing':
      return {
        kind: 'standing',
        seq,
        at,
        agent: record.agent,
        text: `stands at ${record.stands}, was at ${record.was}; by ${record.by}: ${record.reason}`,
      };
    case 'policy':
      return {
        kind: 'policy',
        seq,
        at,
        agent: null,
        text: `${record.file} decides from here on, digest ${record.digest.slice(0, 12)}`,
      };
    case 'recovery':
      return {
        kind: 'start',
        seq,
        at,
        agent: null,
        text: `the journal was opened for the ${ordinal(record.epoch)} time${record.mocked === true ? ', of mocks' : ''}`,
      };
    default:
      return undefined;
  }
}

function callLine(record: Extract<Recorded, { kind: 'call' }>, at: string): TailLine {
  const { seq, call, agent, stage, route, effect, facts, verdict, findings } = record;
  const found = findings.find((finding) => typeof finding !== 'string' && finding.verdict === verdict);
  const decisive = typeof found === 'string' ? undefined : found;
  return {
    kind: 'call',
    seq,
    at,
    call,
    agent,
    stage,
    route,
    effect,
    subject: facts.subject,
    amount: amountOf(facts.amount),
    verdict,
    rule: decisive?.rule ?? null,
    reason: decisive?.reason ?? null,
  };
}

function amountOf(amount: Extract<Recorded, { kind: 'call' }>['facts']['amount']): string | null {
  if (amount === null) return null;
  if ('fault' in amount) return 'unreadable';
  return formatMoney({ micros: BigInt(amount.micros), currency: amount.currency });
}

function ordinal(count: number): string {
  return count === 1 ? 'first' : `${count}th`;
}

/** Lets through what was asked for, one record after another: an outcome is its call's. */
export class Sieve {
  readonly #filter: Filter;
  /** Calls that were shown and have not ended; the oldest give way. */
  readonly #shown = new Set<string>();

  constructor(filter: Filter) {
    this.#filter = filter;
  }

  passes(line: TailLine): boolean {
    const { agent, verdict, route, subject, outcomes } = this.#filter;
    if (line.kind === 'outcome') return outcomes && this.#shown.delete(line.call);
    if (agent !== undefined && line.agent !== agent) return false;
    const isOfCalls = verdict !== undefined || route !== undefined || subject !== undefined;
    if (line.kind !== 'call') return !isOfCalls;
    if (verdict !== undefined && line.verdict !== verdict) return false;
    if (route !== undefined && line.route !== route) return false;
    if (subject !== undefined && line.subject !== subject) return false;
    if (outcomes) this.#remember(line.call);
    return true;
  }

  #remember(call: string): void {
    this.#shown.add(call);
    if (this.#shown.size <= OPEN_MAX) return;
    for (const oldest of this.#shown) {
      this.#shown.delete(oldest);
      return;
    }
  }
}

/** More calls than that are never in flight at one door. */
export const OPEN_MAX = 100_000;
