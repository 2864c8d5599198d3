import type { Call, Particulars, PreconditionFact } from '../engine/call.ts';
import type { RouteId, RuleId } from '../engine/ids.ts';
import type { CallEntry, Grant } from '../journal/index.ts';
import { callOf } from '../journal/facts.ts';
import { withoutPayments, type LoadedPolicy } from '../policy/index.ts';
import type { CallFacts, Unknown } from './candidate-facts.ts';
import { Comparison, truthFromColumns, type Plan } from './plan.ts';
import { RequestAgain, UNROUTED } from './request-again.ts';
import { effectUnder, mayHold, unanswerableUnder } from './standing.ts';

/** By row. */
export interface FoundFacts {
  readonly overrides: ReadonlyMap<number, CallFacts>;
  readonly unknown: ReadonlyMap<number, readonly Unknown[]>;
  /** Reads of the door's own that the candidate would not have made. */
  readonly notMade: ReadonlySet<number>;
}

/** What stands around a record that is read anew. */
export interface Surroundings {
  readonly policy: LoadedPolicy;
  readonly grant: Grant | undefined;
}

/**
 * A candidate's facts of recorded calls, as far as they are not those of the columns. Whatever both policies read in the same way is taken as recorded; the rest is read
 * anew, from the columns where they say it, else from the request, and is unknown where the record does not hold it.
 */
export class FactRecorder {
  readonly #candidate: LoadedPolicy;
  readonly #again: RequestAgain;
  readonly #comparisons = new Map<LoadedPolicy, Comparison>();
  readonly #overrides = new Map<number, CallFacts>();
  readonly #unknown = new Map<number, readonly Unknown[]>();
  readonly #notMade = new Set<number>();
  readonly #asksPreconditions: boolean;
  /** How many requests were read for it. */
  bodiesRead = 0;

  constructor(candidate: LoadedPolicy) {
    this.#candidate = candidate;
    this.#again = new RequestAgain(candidate);
    this.#asksPreconditions = [...candidate.policy.routes.values()].some((route) => route.precondition !== undefined);
  }

  /** What was found so far. */
  get found(): FoundFacts {
    return { overrides: this.#overrides, unknown: this.#unknown, notMade: this.#notMade };
  }

  /**
   * Takes a call's record in. Rows come in order.
   *
   * @param seen the record as the candidate's rules recognise it: a subject that has become personal data since
   */
  note(row: number, record: CallEntry, seen: CallEntry, around: Surroundings): void {
    if (record.before !== undefined) this.noteBefore(row);
    const call = callOf(seen);
    const comparison = this.#comparison(around.policy);
    const unknown: Unknown[] = [];
    const route = this.#route(record, comparison, unknown);
    const plan = comparison.plan(record.agent, record.route, route);
    const unanswerable = unanswerableUnder(this.#candidate, call.unanswerable, record, route, around.policy);
    const isSame = seen === record && unanswerable?.reason === call.unanswerable?.reason;
    if (unknown.length === 0 && isSame && this.#standsInColumns(call, record, route, plan)) return;
    const facts = {
      ...this.#facts(call, record, route, plan, around.grant, unknown),
      ...(unanswerable !== undefined && { unanswerable }),
    };
    this.#overrides.set(row, facts);
    if (unknown.length > 0) this.#unknown.set(row, unknown);
  }

  /** Takes in that the call was a read of the door's own, made for another one. */
  noteBefore(row: number): void {
    if (!this.#asksPreconditions) this.#notMade.add(row);
  }

  #comparison(was: LoadedPolicy): Comparison {
    let comparison = this.#comparisons.get(was);
    if (comparison === undefined) this.#comparisons.set(was, (comparison = new Comparison(was, this.#candidate)));
    return comparison;
  }

  #route(record: CallEntry, comparison: Comparison, unknown: Unknown[]): RouteId {
    if (comparison.routesAlike(record.upstream)) return record.route;
    if (!this.#candidate.upstreams.has(record.upstream as never)) return UNROUTED;
    const route = this.#again.route(record);
    if (route.ok) return route.value;
    unknown.push({ rule: `route of ${record.upstream}`, why: route.failure, kind: 'fact' });
    return UNROUTED;
  }

  #facts(
    call: Call,
    record: CallEntry,
    route: RouteId,
    plan: Plan,
    grant: Grant | undefined,
    unknown: Unknown[],
  ): CallFacts {
    const effect = effectUnder(this.#candidate, route);
    const needsKey = effect !== 'read' && call.effect === 'read';
    const columns = this.#fromColumns(call, record, plan);
    const needs = [...plan.reads, ...columns.missing];
    const asks =
      needs.length > 0 || needsKey || (mayHold(this.#candidate, record.agent, route) && call.envelope === undefined);
    const read = asks ? this.#again.read(record, grant ?? ungranted(record)) : undefined;
    if (asks) this.bodiesRead += 1;
    const now = read?.ok === true ? read.value.call : undefined;
    const why = read?.ok === false ? read.failure : 'body erased or sealed';
    const known = <Value>(keep: boolean, name: string, rule: string, was: Value, is: Value | undefined): Value => {
      if (keep) return was;
      if (is !== undefined && !this.#again.watch.touched(name)) return is;
      unknown.push({ rule, why, kind: 'fact' });
      return was;
    };
    const { keeps } = plan;
    const subject = known(keeps.subject, 'subject', `subject of ${route}`, call.subject, now?.subject);
    const amount = known(keeps.amount, 'amount', `amount of ${route}`, call.amount, now?.amount);
    const items = known(keeps.items, 'items', `items of ${route}`, call.items, now?.items);
    const conditions = { ...columns.conditions };
    for (const rule of columns.missing) {
      const truth = now?.conditions[rule];
      if (truth !== undefined && !this.#again.watch.touched(rule)) conditions[rule] = truth;
      else unknown.push({ rule, why, kind: 'condition' });
    }
    const envelope =
      call.envelope ?? (now !== undefined && mayHold(this.#candidate, record.agent, route) ? now.envelope : undefined);
    const key = effect === 'read' ? undefined : needsKey ? now?.key : call.key;
    for (const rule of plan.unheard) {
      unknown.push({ rule, why: 'answers not looked into for it', kind: 'fact' });
    }
    return {
      route,
      effect,
      subject,
      amount,
      items,
      ...(key !== undefined && { key }),
      ...(envelope !== undefined && { envelope }),
      granted: route === record.route ? call.granted : isGranted(grant, route, unknown),
      conditions,
      particulars: this.#particulars(call, record, route, plan, now, why, unknown),
    };
  }

  /** Conditions that need no request, and the rules of those that do. */
  #fromColumns({ conditions, amount, agent, task }: Call, { method }: Pick<CallEntry, 'method'>, plan: Plan) {
    const truths: Record<RuleId, Call['conditions'][RuleId]> = {};
    const missing: RuleId[] = [];
    for (const one of plan.conditions) {
      const { rule } = one;
      if (one.kind === 'recorded') {
        const truth = conditions[one.was];
        if (truth === undefined) missing.push(rule);
        else truths[rule] = truth;
      } else if (one.kind === 'columns') {
        const isMoney = amount !== null && !('fault' in amount) && Number.isSafeInteger(Number(amount.micros));
        const money = isMoney ? { micros: Number(amount.micros), currency: amount.currency } : undefined;
        const truth = truthFromColumns(one, method, { agent, task }, money);
        if (truth === undefined) missing.push(rule);
        else truths[rule] = truth;
      } else missing.push(rule);
    }
    return { conditions: truths, missing };
  }

  #particulars(
    { particulars: was }: Call,
    { headers }: CallEntry,
    route: RouteId,
    plan: Plan,
    now: Call | undefined,
    why: string,
    unknown: Unknown[],
  ): Particulars | null {
    const is = this.#candidate.policy.routes.get(route);
    const segment = plan.keepsSegment ? was?.segment : now?.particulars?.segment;
    const asked = plan.parameters.size > 0 || (segment ?? is?.shape ?? is?.payment ?? is?.precondition) != null;
    if (!asked && was === null) return null;
    const { watch } = this.#again;
    const shape = is?.shape === undefined ? [] : plan.keeps.shape ? was?.shape : now?.particulars?.shape;
    if (shape === undefined || (!plan.keeps.shape && watch.touched('shape'))) {
      unknown.push({ rule: `shape of ${route}`, why, kind: 'fact' });
    }
    const parameters: Record<RuleId, Particulars['parameters'][RuleId]> = {};
    for (const [rule, known] of plan.parameters) {
      const value = known === null ? now?.particulars?.parameters[rule] : was?.parameters[known];
      if (value === undefined || (known === null && watch.touched(rule))) unknown.push({ rule, why, kind: 'fact' });
      else parameters[rule] = value;
    }
    if (is?.payment !== undefined && !plan.keepsPayment && withoutPayments(headers) !== headers) {
      unknown.push({ rule: `payment of ${route}`, why: 'payment headers are not kept', kind: 'fact' });
    }
    return {
      shape: shape ?? [],
      parameters,
      segment: segment ?? null,
      precondition: this.#precondition(was?.precondition ?? null, is?.precondition?.rule, plan, unknown),
      payment: is?.payment === undefined ? null : (was?.payment ?? null),
    };
  }

  #precondition(
    was: PreconditionFact | null,
    rule: RuleId | undefined,
    plan: Plan,
    unknown: Unknown[],
  ): PreconditionFact | null {
    if (rule === undefined || plan.precondition === 'none') return null;
    if (plan.precondition === 'same' && (was?.kind === 'read' || was?.kind === 'unreadable')) return was;
    unknown.push({ rule, why: 'never read', kind: 'precondition' });
    return { kind: 'deferred' };
  }

  /** Whether every fact of the call is as recorded, and its conditions follow from the columns. */
  #standsInColumns(call: Call, record: CallEntry, route: RouteId, plan: Plan): boolean {
    return (
      route === record.route &&
      call.effect === effectUnder(this.#candidate, route) &&
      plan.isColumnar &&
      call.particulars === null &&
      (call.envelope !== undefined || !mayHold(this.#candidate, record.agent, route)) &&
      this.#fromColumns(call, record, plan).missing.length === 0
    );
  }
}

/** A grant that the journal does not hold: what it declares is unknown, and nothing is taken from it. */
function ungranted({ agent, grant, task }: CallEntry): Grant {
  return { id: grant, tokenHash: '', agent, task, environment: '', routes: null, expiresAt: 0, parent: null };
}

function isGranted(grant: Grant | undefined, route: RouteId, unknown: Unknown[]): boolean {
  if (grant === undefined)
    unknown.push({ rule: `grant of ${route}`, why: 'its grant is not in the journal', kind: 'fact' });
  return grant === undefined || grant.routes === null || grant.routes.includes(route);
}
