import type { Instant } from '../../std/clock.ts';
import type { Entry } from '../../journal/entry.ts';
import type { Deed as SeenDeed, Doer } from '../oracles/oracle.ts';
import { Agenda } from '../probe/agenda.ts';
import type { ProbeRequest } from '../probe/course.ts';
import { BUSINESS_KEY, type Field, worldOf } from '../probe/field.ts';
import { type AskedOfWorld, readRequest } from '../world/request.ts';
import type { World, WorldAnswer, WorldCall } from '../world/world.ts';
import { ARRIVAL } from './scenario.ts';
import type { Arrival, Deed } from './witness.ts';

const UNREADABLE: WorldAnswer = { status: 400, body: { error: { message: 'The request cannot be read.' } } };

/** Who asks a business for something, and as which arrival. */
export interface Visit {
  readonly upstream: string;
  readonly asked: AskedOfWorld | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** `null`: somebody else, past the door. */
  readonly by: Doer | null;
  /** Its number among the arrivals; absent without a door, and of somebody else. */
  readonly arrival?: number;
}

/** The businesses of one acting-out of a course, their clock, and everything that truly happened. */
export class CourseTown {
  now: Instant;
  readonly arrivals: Arrival[] = [];
  /** By agents; what others did is told to the oracle alone. */
  readonly deeds: Deed[] = [];
  readonly othersDeeds: Deed[] = [];
  /** For the oracle, in the order in which it happened. */
  readonly seen: SeenDeed[] = [];
  /** The same, with what a door wrote down in between. */
  readonly told: (SeenDeed | Entry)[] = [];
  readonly agenda = new Agenda();
  readonly #worlds: ReadonlyMap<string, World>;

  constructor({ worlds }: Field, startsAt: Instant) {
    this.now = startsAt;
    this.#worlds = new Map([...worlds].map(([upstream, world]) => [upstream, worldOf(world)]));
  }

  /** An agent's request is on its way: whatever becomes of it, a business has it to bear. */
  arrive({ upstream, asked, by }: Visit): void {
    if (asked === undefined || by === null) return;
    const at = this.now;
    const subject = `${asked.method} ${asked.path}`;
    this.#see({ at, upstream, entry: { at, kind: ARRIVAL, subject, moneyOut: null, write: false }, by });
  }

  /** Lets a business do what it is asked, and writes down what came of it. */
  visit({ upstream, asked, headers, by, arrival }: Visit, crash?: WorldCall['crash']): WorldAnswer {
    const world = this.#worlds.get(upstream);
    if (world === undefined || asked === undefined) return UNREADABLE;
    const at = this.now;
    const before = world.ledger.length;
    const authorised = { ...headers, authorization: `Bearer ${BUSINESS_KEY}` };
    const answer = world.handle({ at, ...asked, headers: authorised, ...(crash !== undefined && { crash }) });
    const entries = world.ledger.slice(before);
    for (const entry of entries) this.#see({ at, upstream, entry, by });
    if (entries.length > 0) (by === null ? this.othersDeeds : this.deeds).push({ upstream, arrival, entries });
    return answer;
  }

  /** Somebody else, past the door. */
  outside(request: ProbeRequest): void {
    const { upstream, headers = {} } = request;
    this.visit({ upstream, asked: askedBy(request), headers, by: null });
  }

  /** Brings the clock to a time; what is due on the way happens at its time. */
  async pass(until: Instant): Promise<void> {
    for (let due = this.agenda.next(until); due !== undefined; due = this.agenda.next(until)) {
      this.now = Math.max(this.now, due.at);
      due.happen();
      await this.calm();
    }
    if (until < Infinity) this.now = Math.max(this.now, until);
  }

  #see(deed: SeenDeed): void {
    this.seen.push(deed);
    this.told.push(deed);
  }

  /** Waits until whoever has heard something has acted on it. A door sets it; without one there is nothing to wait for. */
  calm: () => Promise<void> = () => Promise.resolve();
}

/** `undefined`: a business could not read it. */
export function askedBy({ method, target, headers = {}, body = '' }: ProbeRequest): AskedOfWorld | undefined {
  const asked = readRequest(method, target, headers['content-type'], body);
  return asked.ok ? asked.value : undefined;
}
