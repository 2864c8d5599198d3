import type { Call } from '../../src/engine/call.ts';
import type { Event } from '../../src/engine/event.ts';

export type End = Extract<Event, { kind: 'ended' }>;

/** A call that was let through, and how it ended, if it has. */
export interface Admitted {
  readonly call: Call;
  readonly end: End | undefined;
}

/** Everything that happened, in order, and the few questions a guard asks of it. Answers are searched anew each time. */
export class History {
  readonly #events: readonly Event[];

  constructor(events: readonly Event[]) {
    this.#events = events;
  }

  /** What there is for an agent in shadow: what really happened, and its own captured writes as if they had. For others: the former. */
  seenBy(shadow: string | undefined): History {
    return new History(
      this.#events.map((event) => {
        const isIts = event.kind === 'decided' && event.verdict === 'capture' && event.call.agent === shadow;
        return isIts ? { ...event, verdict: 'allow' } : event;
      }),
    );
  }

  /** What one agent did and what was done to it. */
  of(agent: string): History {
    const calls = new Set<string>();
    return new History(
      this.#events.filter((event) => {
        if (event.kind === 'ended' || event.kind === 'reviewed') return calls.has(event.call);
        if (event.kind === 'frozen') return event.freeze.agent === agent;
        if (event.kind === 'resumed' || event.kind === 'assented' || event.kind === 'stood')
          return event.agent === agent;
        if (event.call.agent === agent) calls.add(event.call.id);
        return event.call.agent === agent;
      }),
    );
  }

  admitted(): Admitted[] {
    return this.#events.flatMap((event) =>
      event.kind === 'decided' && event.verdict === 'allow' ? [{ call: event.call, end: this.#endOf(event.call) }] : [],
    );
  }

  /** Admitted, and nobody has seen the end. */
  open(): Admitted[] {
    return this.admitted().filter(({ end }) => end === undefined);
  }

  /** Frozen by a human, by itself or by a trip, and not resumed since. */
  isFrozen(agent: string): boolean {
    const last = this.of(agent).#events.findLast(
      (event) =>
        event.kind === 'frozen' || event.kind === 'resumed' || (event.kind === 'decided' && event.trips.length > 0),
    );
    return last !== undefined && last.kind !== 'resumed';
  }

  /** Every call since the last resume in this history, whatever was decided of it. */
  attemptsSinceResume(): Call[] {
    const resumed = this.#events.findLastIndex(({ kind }) => kind === 'resumed');
    return this.#events.slice(resumed + 1).flatMap((event) => (event.kind === 'decided' ? [event.call] : []));
  }

  /** The first end that was recorded; a call ends once. */
  #endOf(call: Call): End | undefined {
    return this.#events.find((event) => event.kind === 'ended' && event.call === call.id) as End | undefined;
  }
}
