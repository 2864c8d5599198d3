import { assert } from '../../std/assert.ts';
import type { Json } from '../../std/canonical-json.ts';
import type { Clock, Instant } from '../../std/clock.ts';
import type { Call } from '../../engine/call.ts';
import type { Decision, Verdict } from '../../engine/decision.ts';
import { Engine } from '../../engine/engine.ts';
import { guards } from '../../engine/guards/index.ts';
import type { AgentId, CallId, GrantId, UpstreamId } from '../../engine/ids.ts';
import type { TransportFailure } from '../../door/flight/transport.ts';
import { admit } from '../../door/judge/admit.ts';
import { unread, withDemands } from '../../door/judge/demands.ts';
import { etagFor, factOf, judgedBy, needsRead, prepareRead } from '../../door/judge/precondition-read.ts';
import type { Reading } from '../../door/judge/reading.ts';
import type { Grant } from '../../journal/index.ts';
import type { UpstreamLimits } from '../../policy/index.ts';
import type { Entry } from '../../journal/entry.ts';
import type { Doer, Oracle } from '../oracles/oracle.ts';
import type { Fault } from '../world/faults.ts';
import { readRequest, type AskedOfWorld } from '../world/request.ts';
import type { LedgerEntry, World, WorldAnswer, WorldCall } from '../world/world.ts';
import { Agenda } from './agenda.ts';
import type { Course, ProbeGrant, ProbeRequest, Step } from './course.ts';
import { BUSINESS_KEY, worldOfRun, type Field } from './field.ts';
import { doorLife, type DoorLife } from './door-life.ts';
import { meet, timetable, type Met } from './meeting.ts';
import { Passage } from './passage.ts';
import type { Prepared } from './prepared.ts';
import { holderOf } from './readings.ts';
import { Snapshots } from './snapshots.ts';
import { blamed, whose } from './threw.ts';
import type { Watcher } from './watcher.ts';
import { Witnesses } from './witnesses.ts';

/** What an agent is told. */
export interface Reply {
  /** `refused`: it never became a call, for it has two readings or means no upstream. */
  readonly verdict: Verdict | 'refused';
  /** The business's, or the door's own; `null`: no answer came, or it has not come yet. */
  readonly status: number | null;
  readonly body: Json;
  /** Of what the door refused: the reason code. */
  readonly reason: string | null;
  /** When the door says that the same call could pass; `null`: it does not say. */
  readonly retryAt: Instant | null;
  readonly call: CallId | null;
}

export interface CallOptions {
  /** The run that the agent says it belongs to; absent: the grant is its own session. */
  readonly session?: string;
  readonly fault?: Fault;
  /** See {@link Step}: with it, the agent does not wait for the answer. */
  readonly lastsMs?: number;
}

export interface GrantOptions {
  readonly values?: Readonly<Record<string, readonly string[]>>;
  /** Which of several tokens for the same agent and task: 1 is the first. */
  readonly copy?: number;
}

/** A token of a run. */
interface Held {
  readonly told: ProbeGrant;
  readonly grant: Grant;
  /** By which readings for it are known again. */
  readonly holder: string;
}

/**
 * One run: businesses, the door's judgement and a clock that nobody waits for. Whatever decides at the door decides here,
 * from reading a request to folding the journal after a crash; only sockets, disks and real time are left out.
 *
 * Every method that makes something happen throws `Violation` as soon as an oracle sees harm.
 */
export class Arena {
  readonly startsAt: Instant;
  readonly #field: Field;
  readonly #worlds = new Map<string, World>();
  readonly #witnesses: Witnesses;
  readonly #watcher: Watcher;
  readonly #agenda = new Agenda();
  readonly #grants = new Map<string, Held>();
  readonly #steps: Step[] = [];
  readonly #entries: Entry[] = [];
  readonly #snapshots: Snapshots;
  readonly #clock: Clock = { now: () => this.#now };
  #now: Instant;
  #calls = 0;
  #epoch = 1;
  #life: DoorLife;
  #ids: { readonly deeds: number; readonly byKind: Readonly<Record<string, readonly string[]>> } | undefined;

  constructor(field: Field, startsAt: Instant, oracles: readonly Oracle[], watcher: Watcher = {}) {
    assert(startsAt >= field.startsAt, 'a run begins when its businesses are there');
    this.startsAt = startsAt;
    this.#now = startsAt;
    this.#field = field;
    this.#watcher = watcher;
    this.#witnesses = new Witnesses(oracles, watcher);
    for (const [upstream, world] of field.worlds) this.#worlds.set(upstream, worldOfRun(upstream, world));
    this.#snapshots = new Snapshots(field.loaded.policy);
    this.#life = this.#open(new Engine(field.loaded.policy));
  }

  get now(): Instant {
    return this.#now;
  }

  /** The journal so far. */
  get entries(): readonly Entry[] {
    return this.#entries;
  }

  get engine(): Engine {
    return this.#life.engine;
  }

  /** A token for an agent and a task: the same one whenever it is asked for. Gives its name, `refunds-bot/night`. */
  grant(agent: string, task: string, { values, copy = 1 }: GrantOptions = {}): string {
    const name = `${agent}/${task}${copy === 1 ? '' : `#${copy}`}`;
    if (!this.#grants.has(name)) this.admitGrant({ name, agent, task, ...(values !== undefined && { values }) });
    return name;
  }

  /** A token with a name of its own. */
  admitGrant(told: ProbeGrant): void {
    const { name, agent, task, values } = told;
    const grant: Grant = {
      id: name as GrantId,
      tokenHash: name,
      agent: agent as AgentId,
      task,
      environment: this.#field.loaded.environment,
      routes: null,
      ...(values !== undefined && { values }),
      expiresAt: Infinity,
      parent: null,
    };
    this.#grants.set(name, { told, grant, holder: holderOf(grant) });
  }

  call(grantName: string, request: ProbeRequest, options: CallOptions = {}): Reply {
    const { session = '', fault, lastsMs } = options;
    const held = this.#grants.get(grantName);
    assert(held !== undefined, 'a call is made with a grant of its run');
    const { grant, holder } = held;
    this.#steps.push({ kind: 'call', grant: grantName, request, ...options });
    const prepared = this.#field.preparations.of(request, session);
    if (!prepared.ok) return this.#refused(prepared.failure, request);
    const reading = this.#field.readings.of(prepared.value, grant, holder, this.#identity);
    if (!reading.ok) return this.#refused(reading.failure, request);
    const judged = withDemands(reading.value, this.#life.engine);
    const isReadFirst = needsRead(judged, this.#life.engine);
    const write = isReadFirst ? this.#readBefore(judged, prepared.value, grant) : unread(judged);
    const decision = this.#admit(write, request);
    if (decision.verdict !== 'allow') return denied(write.call, decision);
    return this.#dispatch(write, prepared.value.asked, fault, lastsMs);
  }

  /** Lets time pass; what is due meanwhile arrives at its time. */
  wait(ms: number): void {
    assert(ms >= 0, 'time goes on');
    this.#steps.push({ kind: 'wait', ms });
    const from = this.#now;
    this.#pass(from + ms);
    this.#watcher.waited?.(from, this.#now);
  }

  /** The door dies on the spot, and starts again from its journal. What is at the businesses by then happens all the same. */
  restart(): void {
    this.#steps.push({ kind: 'restart' });
    const unknown = [...this.#life.engine.open()].map(({ id }) => id);
    this.#life.end();
    const fold = this.#snapshots.fold(this.#entries);
    this.#epoch += 1;
    const recovery: Entry = { kind: 'recovery', at: this.#now, epoch: this.#epoch, unknown };
    this.#append(recovery);
    fold.apply(recovery);
    this.#life = this.#open(fold.engine);
    this.#watcher.restarted?.(this.#now, unknown.length);
  }

  /** Somebody else asks the business, with its own key. */
  outside(request: ProbeRequest): WorldAnswer {
    this.#steps.push({ kind: 'outside', request });
    const { upstream, method, target, headers = {}, body = '' } = request;
    const asked = readRequest(method, target, headers['content-type'], body);
    assert(asked.ok, 'whoever asks from outside asks what can be read');
    return this.#handle(upstream, asked.value, headers, null);
  }

  /** A human approves the agent's oldest held call. False where none waits. */
  approve(agent: string): boolean {
    this.#steps.push({ kind: 'approve', agent });
    const { engine } = this.#life;
    const hold = engine.holds.pending(this.#now).find((pending) => pending.agent === agent);
    if (hold === undefined) return false;
    const said = { call: hold.call, at: this.#now, approved: true, by: 'operator', reason: 'looked at' };
    this.#append({ kind: 'review', agent: hold.agent, ...said });
    engine.apply({ kind: 'reviewed', ...said });
    return true;
  }

  /** Ids of a kind that the businesses have by now. */
  ids(kind: string): readonly string[] {
    const deeds = this.#witnesses.count;
    if (this.#ids?.deeds !== deeds) {
      const byKind: Record<string, string[]> = {};
      for (const world of this.#worlds.values())
        for (const [each, ids] of Object.entries(world.ids())) byKind[each] = [...(byKind[each] ?? []), ...ids];
      this.#ids = { deeds, byKind };
    }
    return this.#ids.byKind[kind] ?? [];
  }

  /** Lets what is under way end: the last thing of a run. */
  settle(): void {
    for (let due = this.#agenda.next(Infinity); due !== undefined; due = this.#agenda.next(Infinity)) {
      this.#now = Math.max(this.#now, due.at);
      due.happen();
    }
  }

  /** What has happened so far, to be acted out again. */
  course(): Course {
    return {
      startsAt: this.startsAt,
      grants: [...this.#grants.values()].map(({ told }) => told),
      steps: [...this.#steps],
    };
  }

  readonly #identity = (): { readonly id: CallId; readonly at: Instant } => {
    this.#calls += 1;
    return { id: `call_${this.#calls}` as CallId, at: this.#now };
  };

  readonly #append = (entry: Entry): void => {
    this.#entries.push(entry);
    this.#witnesses.journalled(entry);
  };

  #open(engine: Engine): DoorLife {
    return doorLife(engine, this.#clock, this.#append, this.#watcher);
  }

  #admit(reading: Reading, request?: ProbeRequest): Decision {
    const decision = admit(reading.call, reading.wire, this.#life.bench);
    this.#watcher.decided?.(reading.call, decision, request);
    return decision;
  }

  #refused({ status, reason }: { readonly status: number; readonly reason: string }, request: ProbeRequest): Reply {
    this.#watcher.refused?.(this.#now, reason, request);
    return { verdict: 'refused', status, body: null, reason, retryAt: null, call: null };
  }

  /** The read that the door makes before a write, and the write as it is judged by it. */
  #readBefore(write: Reading, { head }: Prepared, grant: Grant): Reading {
    const prepared = prepareRead(write, head.headers, grant, this.#field.reader, this.#identity);
    const unreadable = (why: string, read: CallId | null): Reading =>
      judgedBy(write, { kind: 'unreadable', why, read }, null, this.#now);
    if (!prepared.ok) return unreadable(prepared.failure, null);
    const { call, wire, route } = prepared.value;
    const decision = this.#admit(prepared.value);
    if (decision.verdict !== 'allow') return unreadable(`the read was refused: ${decision.decisive.reason}`, call.id);
    const asked = readRequest('GET', wire.target, undefined, '');
    const passage = new Passage(call, route, true, this.#life.passages);
    if (this.#keepsBack(passage)) return unreadable(`the read failed: ${NOT_SENT.code}`, call.id);
    if (asked.ok) this.#witnesses.arrival(this.#now, wire.upstream, asked.value, call);
    const answer = this.#handle(wire.upstream, asked.ok ? asked.value : undefined, wire.headers, call);
    passage.hear({ kind: 'answer', answer });
    const fact = factOf(write, call.id, undefined, passage.tap.answer(), () => []);
    return judgedBy(write, fact, etagFor(write, wire, passage.tap.etag), this.#now);
  }

  #dispatch(
    { call, wire, route }: Reading,
    asked: AskedOfWorld | undefined,
    fault: Fault | undefined,
    lastsMs?: number,
  ): Reply {
    const passage = new Passage(call, route, false, this.#life.passages);
    const told = (): Reply => ({
      verdict: 'allow',
      status: passage.answer?.status ?? null,
      body: passage.answer?.body ?? null,
      reason: null,
      retryAt: null,
      call: call.id,
    });
    if (this.#keepsBack(passage)) return told();
    this.#watcher.arrived?.(call, fault);
    // Whatever becomes of it: a business that fails is reached all the same.
    if (asked !== undefined) this.#witnesses.arrival(this.#now, wire.upstream, asked, call);
    const { headTimeoutMs } = this.#limitsOf(wire.upstream);
    const { doneAt, heardAt, inTime } = timetable(this.#now, fault, lastsMs, headTimeoutMs);
    let met: Met | undefined;
    this.#at(doneAt, () => {
      met = meet(fault, (crash) => this.#handle(wire.upstream, asked, wire.headers, call, crash));
    });
    this.#at(heardAt, () => passage.hear((inTime ? met : undefined) ?? { kind: 'silence' }));
    if (lastsMs === undefined) this.#pass(heardAt);
    return told();
  }

  /** A call that was let through and has not left, whose agent was stopped meanwhile. */
  #keepsBack(passage: Passage): boolean {
    if (!this.#life.bench.freezer.keepsBack(passage.call)) return false;
    passage.failed(NOT_SENT, 'not_sent');
    return true;
  }

  #limitsOf(upstream: string): UpstreamLimits {
    const found = this.#field.loaded.upstreams.get(upstream as UpstreamId);
    assert(found !== undefined, 'a call that was let through has an upstream');
    return found.limits;
  }

  #at(at: Instant, happen: () => void): void {
    if (at <= this.#now) happen();
    else this.#agenda.enter({ at, happen });
  }

  /** Brings the clock to a time, and lets happen what is due on the way. */
  #pass(until: Instant): void {
    for (let due = this.#agenda.next(until); due !== undefined; due = this.#agenda.next(until)) {
      this.#now = Math.max(this.#now, due.at);
      due.happen();
    }
    this.#now = Math.max(this.#now, until);
  }

  #handle(
    upstream: string,
    asked: AskedOfWorld | undefined,
    headers: Readonly<Record<string, string>>,
    author: Doer | null,
    crash?: WorldCall['crash'],
  ): WorldAnswer {
    const world = this.#worlds.get(upstream);
    assert(world !== undefined, 'every upstream of a probe has its world');
    if (asked === undefined) return UNREADABLE;
    const before = world.ledger.length;
    const call: WorldCall = {
      at: this.#now,
      method: asked.method,
      path: asked.path,
      query: asked.query,
      headers: { ...headers, authorization: `Bearer ${BUSINESS_KEY}` },
      body: asked.body,
      ...(crash !== undefined && { crash }),
    };
    const asking = (): string => `it was asked \`${asked.method} ${asked.path}\` ${whose(author)}`;
    const answer = blamed({ kind: 'world', upstream }, asking, () => world.handle(call));
    const { ledger } = world;
    for (let index = before; index < ledger.length; index += 1)
      this.#witnesses.entry(this.#now, upstream, ledger[index] as LedgerEntry, author);
    return answer;
  }
}

const NOT_SENT: TransportFailure = { code: 'aborted', detail: 'stopped before it was sent', sent: 'no' };
const UNREADABLE: WorldAnswer = { status: 400, body: { error: { message: 'The request cannot be read.' } } };

const STATUS_BY_GUARD: ReadonlyMap<string, number> = new Map(guards.map(({ name, status }) => [name, status]));
const DENIED_STATUS = 403;

function denied(call: Call, { verdict, decisive }: Decision): Reply {
  return {
    verdict,
    status: STATUS_BY_GUARD.get(decisive.guard) ?? DENIED_STATUS,
    body: null,
    reason: decisive.reason,
    retryAt: decisive.retryAt ?? null,
    call: call.id,
  };
}
