import type { Json } from '../../std/canonical-json.ts';
import type { Instant } from '../../std/clock.ts';
import { formatDuration } from '../../std/duration.ts';
import { isWrite, type Call } from '../call.ts';
import type { Finding } from '../decision.ts';
import { tellsAll, type AnswerFacts, type Effectiveness } from '../event.ts';
import { pass, type Guard, type Installed, type Monitor } from '../guard.ts';
import type { CallId, RouteId, RuleId } from '../ids.ts';
import { captures, concerns, type RouteSet } from '../policy.ts';
import { Recent } from '../recent.ts';
import { ChangesWithCaptured, ChangeWatch, type Changes, type Seen } from './change-watch.ts';
import { sameness } from './once.ts';

/** A write needs its session to have read the subject by one of the rule's read routes within a time. */
export interface FreshRule {
  readonly rule: RuleId;
  readonly routes: RouteSet;
  /** Any of them will do. */
  readonly reads: readonly RouteId[];
  readonly maxAgeMs: number;
  /** By write: the reads of the very resource that it changes, whose ETag its `If-Match` can carry (RFC 9110 §13.1.1). */
  readonly sameResource: ReadonlyMap<RouteId, ReadonlySet<RouteId>>;
}

/** Reads remembered per rule and generation; beyond it the older generation goes, and what it held is to be read again. */
export const READS_MAX = 100_000;

/**
 * Whoever writes must have looked: in this session, at this subject, lately, and with nothing changed through the door
 * since. Counted from when the read was sent, for what it saw is at least that old.
 */
export const fresh: Guard = {
  name: 'fresh',
  status: 412,
  install(policy) {
    const agents = [...policy.agents.values()].filter(({ rules }) => rules.fresh.length > 0);
    if (agents.length === 0) return [];
    const isAWrite = (route: RouteId): boolean => isWrite(policy.routes.get(route)?.effect ?? 'write');
    const longestMs = Math.max(...agents.flatMap(({ rules }) => rules.fresh.map(({ maxAgeMs }) => maxAgeMs)));
    const real = new ChangeWatch('fresh.changes', longestMs);
    const counting = { judges: () => false, counts: isAWrite };
    const installed: Installed[] = [{ monitor: real, agent: 'all', ...counting }];
    for (const agent of agents) {
      const { id, rules } = agent;
      const captured = captures(agent) ? new ChangeWatch(`fresh.changes of ${id}`, longestMs) : undefined;
      if (captured !== undefined) installed.push({ monitor: captured, agent: id, ...counting, hears: 'captured' });
      const changes = captured === undefined ? real : new ChangesWithCaptured(real, captured);
      for (const rule of rules.fresh) {
        installed.push({
          monitor: new FreshMonitor(rule, changes),
          agent: id,
          judges: (route) => concerns(rule.routes, route) && isAWrite(route),
          counts: (route) => rule.reads.includes(route) && !isAWrite(route),
        });
      }
    }
    return installed;
  },
};

/** What a session saw of a subject, and as of when. */
type Read = {
  readonly call: CallId;
  readonly route: RouteId;
  readonly at: Instant;
  /** How many changes had ended when it was sent: later ones it may not have seen. */
  readonly seen: Seen;
  /** Only a strong one: a weak one says that two states are alike, not that they are one (RFC 9110 §8.8.1). */
  readonly etag: string | null;
};

class FreshMonitor implements Monitor {
  readonly key: string;
  readonly #rule: FreshRule;
  readonly #changes: Changes;
  readonly #pass: Finding;
  /** Twice as long as they serve, to tell "too old" from "never". */
  readonly #reads: Recent<Read>;
  /** Reads on their way, with the changes that had ended when they were sent. */
  readonly #open = new Map<CallId, Seen>();

  constructor(rule: FreshRule, changes: Changes) {
    this.key = rule.rule;
    this.#rule = rule;
    this.#changes = changes;
    this.#pass = pass('fresh', rule.rule);
    this.#reads = new Recent(2 * rule.maxAgeMs + 1);
  }

  check(call: Call): Finding {
    const { maxAgeMs } = this.#rule;
    if (call.subject === null) {
      const hint = 'Name what this call acts on in the field the API documents.';
      return this.#refuse('subject_missing', { hint });
    }
    const read = this.#reads.get(keyOf(call, call.subject));
    const age = read === undefined ? Infinity : call.at - read.at;
    if (read === undefined || age > 2 * maxAgeMs)
      return this.#unread('never_read', `no read of ${call.subject}`, call.subject);
    if (age > maxAgeMs) return this.#unread('stale_read', `read ${seconds(age)} s ago`, call.subject);
    const change = this.#changes.since(read.seen, call.subject);
    if (change === undefined) return this.#pass;
    return this.#unread('changed_since_read', changeTold(change), call.subject, change.call ?? undefined);
  }

  /** Where the read told the state of the very resource, the upstream itself can refuse once that has changed. */
  demands(call: Call): Readonly<Record<string, string>> | undefined {
    const reads = this.#rule.sameResource.get(call.route);
    if (reads === undefined || call.subject === null) return undefined;
    const read = this.#reads.get(keyOf(call, call.subject));
    if (read?.etag == null || !reads.has(read.route) || this.check(call) !== this.#pass) return undefined;
    return { 'if-match': read.etag };
  }

  decided({ id, effect, subject, before }: Call, allowed: boolean): void {
    // What the door reads for itself, no agent has seen.
    if (!allowed || isWrite(effect) || subject === null || before !== undefined) return;
    this.#open.set(id, this.#changes.seen);
  }

  ended(call: Call, at: Instant, _effectiveness: Effectiveness, answer: AnswerFacts | undefined): void {
    const seen = this.#open.get(call.id);
    if (seen === undefined || call.subject === null) return;
    this.#open.delete(call.id);
    if (answer === undefined || !tellsAll(answer)) return;
    const { etag } = answer;
    const key = keyOf(call, call.subject);
    const known = this.#reads.get(key);
    // Of two reads under way together, the one that was sent later counts, whichever ended first.
    if (known !== undefined && known.at > call.at) return;
    if (this.#reads.young >= READS_MAX) this.#reads.turn(at);
    const strong = etag !== null && etag.startsWith('"') ? etag : null;
    this.#reads.set(key, { call: call.id, route: call.route, at: call.at, seen, etag: strong }, at);
  }

  save(): Json {
    return { reads: this.#reads.save(), open: [...this.#open] };
  }

  load(state: Json): void {
    const { reads, open } = state as unknown as { reads: Json; open: [CallId, Seen][] };
    this.#reads.load(reads);
    for (const [call, seen] of open) this.#open.set(call, seen);
  }

  #unread(reason: string, observed: string, subject: string, earlier?: CallId): Finding {
    const [route] = this.#rule.reads;
    const hint = `Read ${subject} with ${this.#rule.reads.join(' or ')} first, and decide anew on what it says now.`;
    return this.#refuse(reason, {
      observed,
      limit: `read within ${formatDuration(this.#rule.maxAgeMs)}`,
      hint,
      ...(earlier !== undefined && { earlier }),
      ...(route !== undefined && { remedy: { kind: 'read', route } }),
    });
  }

  #refuse(reason: string, more: Partial<Finding>): Finding {
    return { guard: 'fresh', rule: this.#rule.rule, verdict: 'deny', reason, retryable: 'if-changed', ...more };
  }
}

/** A session is its grant's own: two grants may use one name for theirs. */
function keyOf({ grant, session }: Call, subject: string): string {
  return `${grant}\n${session}\n${sameness(subject)}`;
}

function changeTold({ call, open }: { readonly call: CallId | null; readonly open: boolean }): string {
  if (call === null) return 'too much has changed since to tell what';
  return open ? `being changed by ${call}` : `changed by ${call}`;
}

/** Rounded up: never shown younger than it is. */
function seconds(ms: number): number {
  return Math.ceil(ms / 100) / 10;
}
