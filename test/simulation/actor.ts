import type { Prng } from '../../src/std/prng.ts';
import type { AgentTerms } from './terms.ts';
import type { Timeline } from './timeline.ts';
import type { Ask, Heard } from './wire.ts';

/** How an agent behaves, by name; each does all of them, and most of all its own. */
const HABITS = ['honest', 'follows', 'insists', 'races', 'spends', 'leaves', 'wanders'] as const;
export type Habit = (typeof HABITS)[number];

/** One write that an agent has in mind. */
interface Write {
  readonly path: string;
  readonly body: string | undefined;
  readonly charge: string;
  /** Whether it has to be read before. */
  readonly reads: boolean;
}

export interface ActorParts {
  readonly timeline: Timeline;
  readonly random: Prng;
  readonly terms: AgentTerms;
  readonly habit: Habit;
  /** How often it starts something. */
  readonly turns: number;
  /** Sends a request to whatever listens there now; gives what hangs up. */
  readonly send: (agent: string, ask: Ask, heard: (heard: Heard) => void) => () => void;
}

const INSISTS_MAX = 8;
const FOLLOWS_MAX = 10;
const RACE_MAX = 6;
/** What several agents may have in mind at once. */
const SHARED_CHARGES = 5;
const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;

/** An agent: it wants things, and does not always take no for an answer. */
export class Actor {
  readonly #parts: ActorParts;
  #turns: number;
  #charges = 0;
  done = false;

  constructor(parts: ActorParts) {
    this.#parts = parts;
    this.#turns = parts.turns;
  }

  begin(): void {
    this.#later(this.#pauseMs(), () => this.#turn());
  }

  #turn(): void {
    if (this.#turns === 0) {
      this.done = true;
      return;
    }
    this.#turns -= 1;
    const { random, habit } = this.#parts;
    const write = this.#write();
    switch (random.below(2) === 0 ? habit : HABITS[random.below(HABITS.length)]) {
      case 'honest':
        return this.#read(write, () => this.#send(write, () => this.#lookAgain(write)));
      case 'follows':
        return this.#follow(write, FOLLOWS_MAX);
      case 'insists':
        if (random.below(2) === 0) return this.#insist(write, INSISTS_MAX);
        return this.#read(write, () => this.#insist(write, INSISTS_MAX));
      case 'races':
        return this.#race(random.below(2) === 0 ? () => write : () => this.#write());
      case 'spends':
        return this.#race(() => this.#write());
      case 'leaves':
        return this.#leave(write);
      default:
        return this.#wander();
    }
  }

  #rest(): void {
    this.#later(this.#pauseMs(), () => this.#turn());
  }

  /** In shadow: what it has written must be there, also after whatever happens meanwhile. */
  #lookAgain(write: Write): void {
    const { terms, random } = this.#parts;
    if (terms.stage !== 'shadow') return this.#rest();
    const again = (): void => this.#later(this.#pauseMs(), () => this.#read(write, () => this.#rest()));
    if (random.below(2) === 0) again();
    else this.#read(write, again);
  }

  /** Sends it again and again, whatever it is told, until it is told yes. */
  #insist(write: Write, left: number): void {
    this.#send(write, (heard) => {
      if (left === 0 || isDone(heard)) return this.#rest();
      this.#later(this.#parts.random.below(3 * SECOND_MS), () => this.#insist(write, left - 1));
    });
  }

  /** Does what it is told to do next, and nothing else. */
  #follow(write: Write, left: number): void {
    this.#send(write, (heard) => {
      if (left === 0 || heard === 'cut' || isDone(heard)) return this.#rest();
      const next = heard.json['next'] as { do?: string; seconds?: number; url?: string } | undefined;
      const again = (): void => this.#follow(write, left - 1);
      const waitMs = (next?.seconds ?? 1) * SECOND_MS;
      if (next?.do === 'wait') return this.#later(waitMs, again);
      if (next?.do === 'repeat') return again();
      if (next?.do === 'read') return this.#read(write, again);
      if (next?.do === 'poll') return this.#poll(String(next.url), waitMs, left, again);
      this.#rest();
    });
  }

  #poll(url: string, waitMs: number, left: number, approved: () => void): void {
    this.#later(waitMs, () => {
      this.#ask('GET', url, undefined, (heard) => {
        if (left === 0 || heard === 'cut') return this.#rest();
        const next = (heard.json['next'] as { do?: string } | undefined)?.do;
        if (next === 'repeat') return approved();
        if (next === 'wait') return this.#poll(url, waitMs, left - 1, approved);
        this.#rest();
      });
    });
  }

  #race(write: () => Write): void {
    const racers = 2 + this.#parts.random.below(RACE_MAX - 1);
    let left = racers;
    for (let racer = 0; racer < racers; racer += 1) {
      const one = write();
      const sent = (): void => {
        left -= 1;
        if (left === 0) this.#rest();
      };
      this.#later(this.#parts.random.below(4), () => {
        if (this.#parts.random.below(3) === 0) this.#read(one, () => this.#send(one, sent));
        else this.#send(one, sent);
      });
    }
  }

  /** Hangs up before it is answered. */
  #leave(write: Write): void {
    this.#read(write, () => {
      const hangUp = this.#send(write, () => this.#rest());
      this.#later(this.#parts.random.below(60), hangUp);
    });
  }

  /** Asks for all sorts of things. */
  #wander(): void {
    const { random } = this.#parts;
    const rest = (): void => this.#rest();
    switch (random.below(9)) {
      case 0:
        return void this.#ask('GET', '/.interlock/self', undefined, rest);
      case 1:
        return void this.#ask('POST', '/.interlock/notes', JSON.stringify({ text: 'I decided to go on.' }), rest);
      case 2:
        return void this.#ask('POST', '/payments/v1/refunds', '{"charge":', rest);
      case 3:
        return void this.#ask('DELETE', '/payments/v1/charges/ch_1', undefined, rest);
      case 4:
        return void this.#ask('GET', '/elsewhere/v1/charges', undefined, rest);
      case 5:
        if (random.below(4) > 0) return rest();
        return void this.#ask('POST', '/.interlock/freeze', JSON.stringify({ reason: 'I am confused' }), rest);
      default:
        return this.#read(this.#write(), rest);
    }
  }

  #read({ charge, reads }: Write, then: () => void): void {
    if (!reads) return then();
    this.#ask('GET', `/payments/v1/charges/${charge}`, undefined, then);
  }

  #send({ path, body }: Write, heard: (heard: Heard) => void): () => void {
    return this.#ask('POST', `/payments${path}`, body, heard);
  }

  #ask(method: string, path: string, body: string | undefined, heard: (heard: Heard) => void): () => void {
    const headers: Record<string, string> = { 'user-agent': this.#parts.terms.agent };
    if (body !== undefined) headers['content-type'] = 'application/json';
    const { send, random, terms } = this.#parts;
    return send(terms.agent, { method, path, headers, ...(body !== undefined && { body }) }, (answer) => {
      // Where nobody is there, whoever wants something waits a while.
      if (answer === 'cut') this.#later(random.below(10 * SECOND_MS), () => heard(answer));
      else heard(answer);
    });
  }

  #write(): Write {
    const { random, terms } = this.#parts;
    const writes = terms.allow.filter((route) => route !== 'get_charge');
    const charge =
      random.below(3) === 0 ? `ch_${random.below(SHARED_CHARGES)}` : `ch_${terms.agent}_${(this.#charges += 1)}`;
    const amount = 100 * (1 + random.below(24));
    switch (writes[random.below(writes.length)]) {
      case 'create_refund':
        return { path: '/v1/refunds', body: JSON.stringify({ charge, amount }), charge, reads: true };
      case 'create_payout': {
        const account = `acct_${random.below(20)}`;
        return { path: '/v1/payouts', body: JSON.stringify({ account, amount }), charge, reads: false };
      }
      case 'close_charge':
        return { path: `/v1/charges/${charge}/close`, body: undefined, charge, reads: random.below(2) === 0 };
      default: {
        const text = `note ${random.below(1_000)}`;
        return { path: `/v1/charges/${charge}/notes`, body: JSON.stringify({ text }), charge, reads: true };
      }
    }
  }

  #later(delayMs: number, run: () => void): void {
    this.#parts.timeline.in(delayMs, run);
  }

  /** Mostly at once, at times after a night. */
  #pauseMs(): number {
    const { random } = this.#parts;
    const kind = random.below(100);
    if (kind < 55) return random.below(300);
    if (kind < 85) return random.below(20 * SECOND_MS);
    if (kind < 96) return random.below(20 * 60 * SECOND_MS);
    return random.below(14 * HOUR_MS);
  }
}

export function habitFor(random: Prng): Habit {
  return HABITS[random.below(HABITS.length)] as Habit;
}

function isDone(heard: Heard): boolean {
  return heard !== 'cut' && heard.status < 300 && heard.status !== 202;
}
