import type { Stage } from '../../src/engine/call.ts';
import type { Outbound } from '../../src/door/flight/transport.ts';
import type { Entry, Recorded } from '../../src/journal/index.ts';
import type { Arrival, Witness } from './business.ts';
import { DRIFT_MAX_PPM, type Clocks } from './clocks.ts';
import { Evidence, type Intent } from './evidence.ts';
import type { Incarnation } from './incarnation.ts';
import type { Ladder } from './ladder.ts';
import { Ledger, type Spent } from './ledger.ts';
import { bodyOf, headerOf } from './outbound.ts';
import type { AgentTerms } from './terms.ts';

/** A promise that was broken, and how. */
export interface Broken {
  readonly promise: string;
  readonly what: string;
}

/** One request that reached the business, and the intent that it must have come from. */
export interface Seen extends Arrival {
  readonly incarnation: Incarnation;
  readonly agent: string;
  readonly intent: Intent | undefined;
}

/** The real business, or the sandbox's world. */
export type Where = 'real' | 'world';

/** One fault may break a promise at every step from then on. */
const BROKEN_MAX = 5;

/** What the door says where it can record nothing, not even that. */
const REFUSED_UNRECORDED = new Set(['safety_layer_fault', 'disk_full', 'disk_behind']);

/** How far two readings of clocks that drift may lie apart. */
const DRIFT = (2 * DRIFT_MAX_PPM) / 1_000_000;
const ROUNDING_MS = 3;

/**
 * Checks what the door promises, from where nobody can be fooled: what truly reached the business and when, what the
 * disk would still hold if the power failed now, and what people and agents were told.
 */
export class Oracle {
  readonly #clocks: Clocks;
  readonly ledger: Ledger;
  readonly broken: Broken[] = [];
  evidence = new Evidence();
  /** Calls whose intent would survive a power failure now. */
  readonly #durable = new Set<string>();
  readonly #durablePolicies = new Set<string>();
  /** Records that would, by what pages are named after. */
  readonly #durablePages = new Set<string>();
  /** Approvals that a human gave: the held call, and how often a call went out on it. */
  readonly approved = new Map<string, number>();
  /** Kills that an operator was told of. */
  readonly #killed = new Set<string>();
  /** How often each agent was let go on, by the records heard so far. */
  readonly #resumed = new Map<string, number>();
  readonly #revoked = new Set<string>();
  /** Demotions and revocations that an operator was told of. */
  readonly #falls = new Map<string, number>();
  readonly #takenBack = new Set<string>();
  /** Writes whose agent got an answer. */
  readonly #answered = new Set<string>();
  /** People who asked that an agent may work again. */
  readonly resuming = new Map<string, Set<string>>();
  readonly #underWay = new Map<string, number>();
  #refusals = new Map<number, number>();
  /** How far the door's clock has been behind, at most, since the machine booted. */
  #lag: { readonly boot: number; readonly lagMs: number; readonly trueMs: number } | undefined;

  constructor(clocks: Clocks) {
    this.#clocks = clocks;
    this.ledger = new Ledger((promise, what) => this.break(promise, what));
  }

  break(promise: string, what: string): void {
    if (this.broken.length < BROKEN_MAX) this.broken.push({ promise, what });
  }

  /** Somebody at the door of the business, real or not. */
  witness(where: Where): Witness<Seen> {
    return {
      arrived: (request, caller) => this.#arrived(where, request, caller as Incarnation),
      committed: (seen) => this.#committed(where, seen),
      left: ({ incarnation, agent }) => this.#count(incarnation, agent, -1),
    };
  }

  /** A record took its place in the journal; it is not durable yet. */
  appended(incarnation: Incarnation, entry: Entry): void {
    const { trueMs, boot } = this.#clocks;
    this.#checkClock(entry, trueMs, boot);
    if (entry.kind === 'resume') this.#checkResume(incarnation, entry.agent);
    if (entry.kind === 'outcome' && entry.effectiveness === 'ineffective') this.#givenBack(entry.call);
    if (entry.kind === 'refusal') this.#refusals.set(entry.status, (this.#refusals.get(entry.status) ?? 0) + 1);
    this.evidence.heard(entry, trueMs);
    if (this.evidence.misplaced !== undefined) this.break('gate', this.evidence.misplaced);
    if (entry.kind === 'call') this.#checkStage(incarnation, entry);
    if (entry.kind === 'call' && entry.verdict === 'capture') return this.#checkCaptured(incarnation, entry);
    const intent = entry.kind === 'call' ? this.evidence.intents.get(entry.call) : undefined;
    if (intent === undefined) return;
    this.#checkRates(incarnation, intent.entry);
    if (this.#revoked.has(intent.entry.grant)) this.break('I6', `${intent.entry.call} was admitted on a revoked grant`);
  }

  /** These bytes are on the disk, under a name that is too. */
  synced(bytes: Buffer): void {
    for (const line of bytes.toString().split('\n')) if (line !== '') this.#noteDurable(JSON.parse(line) as Recorded);
  }

  isDurablePolicy(digest: string): boolean {
    return this.#durablePolicies.has(digest);
  }

  isDurablePage(id: string): boolean {
    return this.#durablePages.has(id);
  }

  /** A process has started; `records` is what its journal holds, and `durable` what a power failure would leave of it. */
  started(incarnation: Incarnation, records: readonly Recorded[], durable: readonly Recorded[]): void {
    this.#durable.clear();
    this.#durablePages.clear();
    for (const record of durable) this.#noteDurable(record);
    if (durable.length < records.length) {
      this.break('I3', `a start rests on ${records.length} records, and a power failure would leave ${durable.length}`);
    }
    this.evidence = Evidence.surviving(records, this.evidence);
    const engine = incarnation.started?.engine;
    const open = [...(engine?.open() ?? [])].length;
    if (open > 0) this.break('I3', `${open} calls of the process before are still open: nobody will ever end them`);
    for (const { agent } of incarnation.cast.terms.agents) {
      const [stop, frozen] = [this.evidence.stops.get(agent), engine?.frozen(agent as never)];
      if (stop !== undefined && frozen === undefined) this.break('I6', `${agent} thawed by a restart`);
      if (stop === undefined && frozen !== undefined) this.break('I6', `${agent} is frozen, and no record says why`);
      if (frozen === undefined && this.#killed.has(agent))
        this.break('I6', `the kill of ${agent} was answered and lost`);
    }
    for (const call of this.#answered) {
      if (!this.evidence.calls.has(call)) this.break('I4', `the write ${call} was answered and has no record`);
    }
    for (const grant of this.#revoked) {
      if (!this.evidence.isRevoked(grant)) this.break('I6', `the revocation of ${grant} was answered and lost`);
    }
    for (const [agent, falls] of this.#falls) {
      if ((this.ladder.falls.get(agent) ?? 0) < falls)
        this.break('gate', `a demotion of ${agent} was answered and lost`);
    }
    for (const promotion of this.#takenBack) {
      if (!this.ladder.revoked.has(promotion)) this.break('gate', `the end of ${promotion} was answered and lost`);
    }
    this.checkBudgets(incarnation, 'I3');
  }

  get ladder(): Ladder {
    return this.evidence.ladder;
  }

  /** An operator was told that an agent is demoted. */
  fell(agent: string): void {
    this.#falls.set(agent, (this.#falls.get(agent) ?? 0) + 1);
  }

  /** An operator was told that a promotion is revoked. */
  tookBack(promotion: string): void {
    this.#takenBack.add(promotion);
  }

  /** Where an agent stands now, by what people said. */
  stageNow(incarnation: Incarnation, agent: string): Stage | undefined {
    const { cast, started } = incarnation;
    if (cast.terms.promotions !== true) return cast.terms.agents.find((one) => one.agent === agent)?.stage;
    return started && this.ladder.stageAt(agent, started.clock.now(), cast.policy.digest);
  }

  /** What the engine says of budgets against what was truly spent: spent and held may never be less. */
  checkBudgets(incarnation: Incarnation, promise: string): void {
    const { started, cast } = incarnation;
    if (started === undefined || incarnation.failed) return;
    const at = started.clock.now();
    for (const { agent } of cast.terms.agents) {
      const levels = started.engine.levels(agent as never, at).filter(({ guard }) => guard === 'budget');
      this.ledger.checkLevels(promise, agent, levels, cast.terms, at);
    }
  }

  /** An agent got an answer. */
  answered(incarnation: Incarnation, status: number, call: string | undefined, reason: string | undefined): void {
    if (call === undefined) {
      if (
        status < 400 ||
        incarnation.failed ||
        reason === undefined ||
        incarnation.isFull ||
        REFUSED_UNRECORDED.has(reason)
      )
        return;
      const refused = this.#refusals.get(status) ?? 0;
      if (refused === 0) this.break('I4', `a refusal with ${status} ${reason} has no record`);
      this.#refusals.set(status, refused - 1);
      return;
    }
    if (!this.evidence.calls.has(call)) this.break('I4', `${call} was answered ${status} and has no record`);
    const entry = this.evidence.intents.get(call)?.entry ?? this.evidence.captured.get(call);
    if (entry === undefined || entry.effect === 'read') return;
    if (entry.verdict === 'capture' && !this.#durable.has(call))
      this.break('I1', `${call} was captured before its record`);
    this.#answered.add(call);
  }

  /** Nothing is captured but writes of agents in shadow, and within the limits that they will have. */
  #checkCaptured(incarnation: Incarnation, entry: Intent['entry']): void {
    const { agent, call, route, effect, facts } = entry;
    const terms = incarnation.cast.terms.agents.find((one) => one.agent === agent);
    const stage = this.#stageThen(incarnation, entry);
    if (stage !== 'shadow' || effect === 'read') this.break('I11', `${call} was captured in ${stage}`);
    if (this.evidence.stops.has(agent)) this.break('I6', `${call} was captured although ${agent} was stopped`);
    this.#checkRates(incarnation, entry);
    if (terms?.once.includes(route) !== true) return;
    const like = [...this.evidence.captured.values()].filter((one) => one.agent === agent && one.route === route);
    const times = like.filter((one) => one.facts.subject === facts.subject).length;
    if (times > 1) this.break('I5', `${agent} had ${route} captured ${times} times on ${facts.subject}`);
  }

  /** Where an agent stood when a call of it was recorded: that of the record, which was checked when it came. */
  #stageThen({ cast }: Pick<Incarnation, 'cast'>, { agent, stage }: Intent['entry']): Stage | undefined {
    return cast.terms.promotions === true ? stage : cast.terms.agents.find((one) => one.agent === agent)?.stage;
  }

  /** Every call is judged where people said that its agent may work, at that moment; and nothing is sent for real before. */
  #checkStage({ cast }: Incarnation, { call, agent, at, stage, verdict, effect }: Intent['entry']): void {
    if (cast.terms.promotions !== true) return;
    const stands = this.ladder.stageAt(agent, at, cast.policy.digest);
    if (stage !== stands) this.break('gate', `${call} of ${agent} was judged in ${stage}, and it stands in ${stands}`);
    if (stands === 'shadow' && verdict === 'allow' && effect !== 'read')
      this.break('gate', `${call} of ${agent} may be sent from ${stands}`);
  }

  /** How often an agent was let go on so far: what was done before a resume, the resume may have undone. */
  resumed(agent: string): number {
    return this.#resumed.get(agent) ?? 0;
  }

  /** An operator was told that an agent is stopped. */
  killed(agent: string): void {
    this.#killed.add(agent);
  }

  revoked(grant: string): void {
    this.#revoked.add(grant);
  }

  #arrived(where: Where, request: Outbound, incarnation: Incarnation): Seen {
    const { method, target } = request;
    const text = request.body?.toString() ?? '';
    const agent = headerOf(request, 'user-agent');
    const isWrite = method !== 'GET';
    const what = `${method} ${target} ${text} of ${agent}`;
    if (incarnation.failed) this.break('I12', `${what} was sent although the journal had failed`);
    const like = this.evidence.like(method, target, text).filter(({ entry }) => entry.agent === agent);
    const open = like.filter(({ dispatched }) => !dispatched);
    const intent = open.find(({ entry }) => this.#durable.has(entry.call)) ?? open[0];
    if (intent === undefined) {
      if (like.length > 0) this.break('I5', `${what} was sent once more than it was admitted`);
      else this.break('I1', `${what} was sent without an intent`);
    } else {
      intent.dispatched = true;
      if (isWrite && !this.#durable.has(intent.entry.call))
        this.break('I1', `${what} was sent before its intent was durable`);
      this.#checkStops(intent, what);
      this.#checkTerms(where, incarnation, intent, what);
    }
    this.#count(incarnation, agent, 1);
    return { method, target, body: bodyOf(text), incarnation, agent, intent };
  }

  #committed(where: Where, { incarnation, agent, method, target, body, intent }: Seen): void {
    if (where === 'world' || intent === undefined || method === 'GET') return;
    const { entry, order } = intent;
    const cents = typeof body['amount'] === 'number' ? body['amount'] : 0;
    const { route, at, facts } = entry;
    const spent: Spent = {
      agent,
      route,
      at,
      order,
      cents,
      subject: facts.subject ?? target,
      terms: incarnation.castOf(entry.call).terms,
    };
    this.ledger.enter(spent);
  }

  #checkStops({ entry, order }: Intent, what: string): void {
    const stop = this.evidence.stops.get(entry.agent);
    if (stop !== undefined && (stop.trip === 'kill' || stop.order < order || stop.call === entry.call)) {
      this.break('I6', `${what} was sent although its agent was stopped (${stop.trip})`);
    }
    if (this.#killed.has(entry.agent)) this.break('I6', `${what} was sent after its agent's kill was answered`);
  }

  #checkTerms(where: Where, incarnation: Incarnation, { entry }: Intent, what: string): void {
    const terms = incarnation.castOf(entry.call).terms.agents.find(({ agent }) => agent === entry.agent);
    if (terms === undefined) return this.break('scope', `${what} was sent, and the policy knows no such agent`);
    const isWrite = entry.effect !== 'read';
    const stage = this.#stageThen(incarnation, entry);
    if ((stage === 'sandbox') !== (where === 'world')) this.break('I11', `${what} went to the wrong place`);
    if (isWrite && where === 'real' && stage !== 'production' && stage !== 'limited') {
      this.break('I11', `${what} reached the real business from ${stage}`);
    }
    if (!terms.allow.includes(entry.route)) this.break('scope', `${what} is on a route that its agent has not`);
    if (isWrite) {
      this.#checkFresh(terms, entry, what);
      this.#checkApproval(terms, entry, what);
    }
  }

  #checkFresh({ fresh }: AgentTerms, entry: Intent['entry'], what: string): void {
    if (fresh === undefined || fresh.route !== entry.route) return;
    const readAt = this.evidence.reads.get(`${entry.grant} ${entry.facts.subject}`);
    if (readAt === undefined || readAt < entry.at - fresh.maxAgeMs)
      this.break('fresh', `${what} rests on nothing read`);
  }

  #checkApproval({ approvalAboveCents }: AgentTerms, entry: Intent['entry'], what: string): void {
    const cents = Number(bodyOf(entry.body ?? '')['amount'] ?? 0);
    if (approvalAboveCents === undefined || entry.route !== 'create_refund' || cents <= approvalAboveCents) return;
    const uses = entry.approval === undefined ? undefined : this.approved.get(entry.approval);
    if (entry.approval === undefined || uses === undefined)
      return this.break('approval', `${what} was approved by nobody`);
    if (uses > 0) this.break('approval', `${what} was sent on an approval that was used up`);
    this.approved.set(entry.approval, uses + 1);
  }

  /** A call that surely had no effect gives its approval back; what it did all the same is the ledger's and `once`'s to find. */
  #givenBack(call: string): void {
    const approval = this.evidence.intents.get(call)?.entry.approval;
    const uses = approval === undefined ? undefined : this.approved.get(approval);
    if (approval !== undefined && uses !== undefined && uses > 0) this.approved.set(approval, uses - 1);
  }

  /** Never more than so many in any window; by the door's clock, which never runs ahead of the true one. */
  #checkRates({ cast }: Pick<Incarnation, 'cast'>, entry: Intent['entry']): void {
    const terms = cast.terms.agents.find(({ agent }) => agent === entry.agent);
    for (const { route, max, perMs } of terms?.rates ?? []) {
      if (route !== entry.route) continue;
      let count = 0;
      const others = [...this.evidence.intents.values()].map((intent) => intent.entry);
      // An agent in shadow has both behind it: what it captured, and what it sent before.
      if (this.#stageThen({ cast }, entry) === 'shadow') others.push(...this.evidence.captured.values());
      for (const other of others) {
        if (other.agent === entry.agent && other.route === route && other.at > entry.at - perMs) count += 1;
      }
      if (count > max)
        this.break('rate', `${entry.agent} was let through ${count} times on ${route} within ${perMs} ms`);
    }
  }

  /** The door's clock may lag behind true time; while the machine is up it never catches up, or windows would end early. */
  #checkClock({ at }: Entry, trueMs: number, boot: number): void {
    const lagMs = trueMs - at;
    if (this.#lag?.boot !== boot) this.#lag = { boot, lagMs, trueMs };
    const tolerated = (trueMs - this.#lag.trueMs) * DRIFT + ROUNDING_MS;
    if (lagMs < this.#lag.lagMs - tolerated) {
      this.break('clock', `the door's clock caught up by ${Math.round(this.#lag.lagMs - lagMs)} ms`);
    }
    if (lagMs > this.#lag.lagMs) this.#lag = { boot, lagMs, trueMs };
  }

  #checkResume({ cast }: Incarnation, agent: string): void {
    const assented = this.evidence.assents.get(agent);
    const people = new Set([...(this.resuming.get(agent) ?? []), ...(assented === undefined ? [] : [assented])]).size;
    const needed = cast.terms.agents.find((terms) => terms.agent === agent)?.resumePeople ?? 1;
    if (people < needed) this.break('I6', `${agent} was resumed by ${people} of ${needed} people`);
    this.resuming.delete(agent);
    this.#killed.delete(agent);
    this.#resumed.set(agent, this.resumed(agent) + 1);
  }

  #noteDurable(record: Recorded): void {
    if (record.kind === 'call') this.#durable.add(record.call);
    if (record.kind === 'policy') this.#durablePolicies.add(record.digest);
    if (record.kind === 'call' || record.kind === 'freeze' || record.kind === 'resume') {
      this.#durablePages.add(`page_${record.seq}_${record.hash.slice(0, 12)}`);
    }
  }

  #count(incarnation: Incarnation, agent: string, by: number): void {
    const key = `${incarnation.around.pid} ${agent}`;
    const underWay = (this.#underWay.get(key) ?? 0) + by;
    this.#underWay.set(key, underWay);
    const terms = incarnation.cast.terms.agents.find((one) => one.agent === agent);
    if (terms?.inflight !== undefined && underWay > terms.inflight) {
      this.break('inflight', `${agent} has ${underWay} calls under way`);
    }
  }
}
