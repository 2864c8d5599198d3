import { rmSync } from 'node:fs';
import { assert, unreachable } from '../../std/assert.ts';
import type { CallId } from '../../engine/ids.ts';
import type { Answer, Exchange, Outbound, Transport, TransportFailure } from '../../door/flight/transport.ts';
import type { CallEntry, Entry } from '../../journal/entry.ts';
import { callOf } from '../../journal/index.ts';
import { letOut, BUSINESS_KEY, type Field } from '../probe/field.ts';
import type { Fault } from '../world/faults.ts';
import { meet, type Met, timetable } from '../probe/meeting.ts';
import { readRequest } from '../world/request.ts';
import type { WorldAnswer } from '../world/world.ts';
import type { Step } from '../probe/course.ts';
import type { ActedCourse } from './course-unguarded.ts';
import { CourseDoor } from './course-door.ts';
import { CourseTown } from './course-town.ts';
import type { FoundScenario } from './found.ts';
import { gather, type Guarded } from './guarded-run.ts';
import { recordedBytes } from './records.ts';

type CallStep = Extract<Step, { kind: 'call' }>;

/** The course through a real door, with a real journal in `journalDir`; whatever is there is removed first. */
export async function courseGuarded(found: FoundScenario, journalDir: string): Promise<ActedCourse & Guarded> {
  rmSync(journalDir, { recursive: true, force: true });
  const run = new GuardedCourse(found, journalDir);
  await run.act();
  const { town, tokens, counted } = run;
  const { startsAt } = found.course;
  const { arrivals, deeds, othersDeeds } = town;
  const acted = {
    startedAt: startsAt,
    durationMs: town.now - startsAt,
    outOfTime: false,
    arrivals,
    said: [],
    ...counted,
    remarks: [],
  };
  const { loaded } = found.field;
  const secrets = { businessKey: BUSINESS_KEY, tokens };
  const evidence = await gather({ ...acted, deeds }, loaded.policy, journalDir, secrets, letOut);
  return { ...acted, town, deeds: [...deeds, ...othersDeeds], evidence };
}

class GuardedCourse {
  readonly town: CourseTown;
  readonly tokens: string[] = [];
  readonly #found: FoundScenario;
  readonly #door: CourseDoor;
  readonly #byName = new Map<string, string>();
  readonly #answers: Promise<unknown>[] = [];
  /** Calls that the journal says were let through, and that have not left yet. */
  readonly #admitted: CallEntry[] = [];
  /** Calls that were told how they fared, and whose outcome the journal does not have yet. */
  readonly #heard = new Set<CallId>();
  #step: CallStep | undefined;
  #wake: () => void = () => undefined;

  constructor(found: FoundScenario, dir: string) {
    const { field, course } = found;
    this.#found = found;
    this.town = new CourseTown(field, course.startsAt);
    this.town.calm = () => this.#settled();
    const links = [...field.worlds.keys()].map((upstream) => [upstream, this.#linkTo(upstream, dir)] as const);
    this.#door = new CourseDoor({
      policy: field.loaded,
      dir,
      now: () => this.town.now,
      links: new Map(links),
      appended: (entry) => this.#appended(entry),
    });
  }

  get counted(): { readonly sent: number; readonly answered: number } {
    return this.#door.counted;
  }

  async act(): Promise<void> {
    const { course } = this.#found;
    await this.#door.start();
    try {
      for (const grant of course.grants) {
        const token = await this.#door.grant(grant, lengthMs(this.#found));
        this.#byName.set(grant.name, token);
        this.tokens.push(token);
      }
      for (const step of course.steps) await this.#act(step);
      await this.town.pass(Infinity);
      await Promise.all(this.#answers);
    } finally {
      await this.#door.close();
    }
  }

  async #act(step: Step): Promise<void> {
    const { town } = this;
    switch (step.kind) {
      case 'call':
        return this.#call(step);
      case 'wait':
        return town.pass(town.now + step.ms);
      case 'outside':
        return town.outside(step.request);
      case 'approve':
        return this.#door.approve(step.agent);
      case 'restart':
        this.#admitted.length = 0;
        this.#heard.clear();
        return this.#door.restart();
      default:
        return unreachable(step);
    }
  }

  /** Sends it, and goes on when it was refused, or has reached its business and what is due by then was heard. */
  async #call(step: CallStep): Promise<void> {
    const token = this.#byName.get(step.grant);
    assert(token !== undefined, 'a call is made with a grant of its course');
    this.#step = step;
    const answered = this.#door.send(step, token);
    this.#answers.push(answered);
    let isAnswered = false;
    void answered.then(() => {
      isAnswered = true;
      this.#wake();
    });
    await this.#until(() => isAnswered || this.#step === undefined);
    const arrived = this.#step === undefined;
    this.#step = undefined;
    await this.#settled();
    if (!arrived || step.lastsMs !== undefined) return;
    await this.town.pass(this.#heardAt);
    await answered;
  }

  #heardAt = 0;

  /** A business, where the door's transport ends. */
  #linkTo(
    upstream: string,
    dir: string,
  ): { transport: Transport; headers: string[]; basePath: string; secrets: string[] } {
    const transport: Transport = {
      send: (request, answer) => this.#arrives(upstream, request, answer, dir),
      close: () => Promise.resolve(),
    };
    const headers = ['host', 'world.test', 'authorization', `Bearer ${BUSINESS_KEY}`];
    return { transport, headers, basePath: '', secrets: [BUSINESS_KEY] };
  }

  #arrives(upstream: string, request: Outbound, answer: Answer, dir: string): Exchange {
    const { town } = this;
    const { method, target } = request;
    const body = request.body?.toString() ?? null;
    const entry = this.#admittedAs(upstream, method, target, body);
    const arrival =
      town.arrivals.push({ at: town.now, upstream, method, target, body, journalBytes: recordedBytes(dir) }) - 1;
    const headers = headersOf(request);
    const asked = readRequest(method, target, headers['content-type'], body ?? '');
    const visit = { upstream, asked: asked.ok ? asked.value : undefined, headers, by: callOf(entry), arrival };
    town.arrive(visit);
    const passage = new Passage(answer, () => void this.#heard.add(entry.call));
    const life = this.#door.life;
    const tell = (met: Met | undefined): void => {
      // A door that has died hears nothing.
      if (this.#door.life === life) passage.tell(met);
    };
    const step = entry.before === undefined ? this.#step : undefined;
    if (step === undefined) {
      // The read that the door makes before a write: nothing goes wrong with it.
      const met = meet(undefined, (crash) => town.visit(visit, crash));
      setImmediate(() => tell(met));
      return passage;
    }
    this.#step = undefined;
    this.#schedule(
      step,
      this.#found.field,
      upstream,
      (fault) => meet(fault, (crash) => town.visit(visit, crash)),
      tell,
    );
    this.#wake();
    return passage;
  }

  /** What the business does, and what is heard of it, each at its time. */
  #schedule(
    { fault, lastsMs }: CallStep,
    { loaded }: Field,
    upstream: string,
    act: (fault: Fault | undefined) => Met,
    tell: (met: Met | undefined) => void,
  ): void {
    const { agenda, now } = this.town;
    const patienceMs = loaded.upstreams.get(upstream as never)?.limits.headTimeoutMs ?? 0;
    const { doneAt, heardAt, inTime } = timetable(now, fault, lastsMs, patienceMs);
    let met: Met | undefined;
    const done = (): void => void (met = act(fault));
    if (doneAt <= now) done();
    else agenda.enter({ at: doneAt, happen: done });
    this.#heardAt = heardAt;
    agenda.enter({ at: heardAt, happen: () => tell(inTime ? met : undefined) });
    // What is heard at once need not be waited for, and nothing may be told before this turn is over.
    if (heardAt <= now && lastsMs !== undefined) setImmediate(() => void this.town.pass(now));
  }

  #admittedAs(upstream: string, method: string, target: string, body: string | null): CallEntry {
    const index = this.#admitted.findIndex(
      (entry) => entry.upstream === upstream && entry.method === method && entry.target === target,
    );
    const [entry] = index === -1 ? [] : this.#admitted.splice(index, 1);
    assert(entry !== undefined, `the journal has the call before it is sent: ${method} ${target} ${body ?? ''}`);
    return entry;
  }

  #appended(entry: Entry): void {
    this.town.told.push(entry);
    if (entry.kind === 'call' && entry.verdict === 'allow') this.#admitted.push(entry);
    if (entry.kind !== 'outcome') return;
    this.#heard.delete(entry.call);
    const left = this.#admitted.findIndex(({ call }) => call === entry.call);
    if (left !== -1) this.#admitted.splice(left, 1);
    this.#wake();
  }

  /** What the door has heard is in its journal, and on the disk. */
  async #settled(): Promise<void> {
    await this.#until(() => this.#heard.size === 0);
    await this.#door.durable();
  }

  async #until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => (this.#wake = resolve));
  }
}

/** One request at its business. */
class Passage implements Exchange {
  readonly #answer: Answer;
  readonly #heard: () => void;
  #over = false;

  constructor(answer: Answer, heard: () => void) {
    this.#answer = answer;
    this.#heard = heard;
  }

  tell(met: Met | undefined): void {
    if (this.#over) return;
    this.#heard();
    switch (met?.kind) {
      case 'answer':
        this.#head(met.answer, 1);
        return this.#end(() => this.#answer.ended());
      case 'cut':
        this.#head(met.answer, HALF);
        return this.#end(() => this.#answer.failed(RESET));
      case 'reset':
        return this.#end(() => this.#answer.failed(RESET));
      case 'silence':
      case undefined:
        return this.#end(() => this.#answer.failed(TIMEOUT));
      default:
        return unreachable(met);
    }
  }

  resume(): void {}

  abort(): void {
    this.#end(() => this.#answer.failed({ code: 'aborted', detail: 'we let go', sent: 'perhaps' }));
  }

  #head({ status, headers = {}, body }: WorldAnswer, share: number): void {
    const bytes = Buffer.from(JSON.stringify(body));
    const framed = { ...headers, 'content-type': 'application/json', 'content-length': String(bytes.length) };
    this.#answer.head(status, Object.entries(framed).flat());
    this.#answer.data(bytes.subarray(0, Math.ceil(bytes.length * share)));
  }

  #end(last: () => void): void {
    if (this.#over) return;
    this.#over = true;
    last();
  }
}

const HALF = 0.5;
const RESET: TransportFailure = { code: 'reset', detail: 'the connection broke', sent: 'perhaps' };
const TIMEOUT: TransportFailure = { code: 'timeout', detail: 'no head in time', sent: 'perhaps' };

function headersOf({ headers }: Outbound): Readonly<Record<string, string>> {
  return Object.fromEntries(
    headers.flatMap((name, index) => (index % 2 === 0 ? [[name, headers[index + 1] ?? '']] : [])),
  );
}

/** How long it takes at the most, what hangs included. */
function lengthMs({ course: { steps }, field }: FoundScenario): number {
  const patienceMs = Math.max(0, ...[...field.loaded.upstreams.values()].map(({ limits }) => limits.headTimeoutMs));
  return steps.reduce((sum, step) => sum + (step.kind === 'wait' ? step.ms : patienceMs), 0);
}
