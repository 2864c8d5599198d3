import { unreachable } from '../../std/assert.ts';
import type { Instant } from '../../std/clock.ts';
import type { Call } from '../../engine/call.ts';
import type { Route } from '../../engine/policy.ts';
import { AnswerTap } from '../../door/flight/answer-tap.ts';
import { conclude } from '../../door/flight/conclude.ts';
import type { Flights, Severable } from '../../door/flight/flights.ts';
import type { TransportFailure } from '../../door/flight/transport.ts';
import type { Freezer } from '../../door/freezer.ts';
import type { JournalPort } from '../../door/judge/admit.ts';
import type { Engine } from '../../engine/engine.ts';
import type { WorldAnswer } from '../world/world.ts';
import type { Met } from './meeting.ts';
import type { Watcher } from './watcher.ts';

/** What a passage touches: one per life of the door, gone with it at a restart. */
export interface PassageParts {
  readonly engine: Engine;
  readonly journal: JournalPort;
  readonly flights: Flights;
  readonly freezer: Freezer;
  readonly now: () => Instant;
  readonly watcher: Watcher;
}

/** One allowed call on its way: what `Flight` is at the door, without bytes that stream. Settles once, or dies with the door. */
export class Passage implements Severable {
  readonly call: Call;
  readonly sentAt: Instant;
  readonly tap: AnswerTap;
  readonly #readsBody: boolean;
  readonly #parts: PassageParts;
  #over = false;
  #answer: WorldAnswer | null = null;

  constructor(call: Call, route: Route | undefined, whole: boolean, parts: PassageParts) {
    this.call = call;
    this.sentAt = parts.now();
    this.tap = new AnswerTap(route, whole);
    this.#readsBody = whole || (route !== undefined && (route.contract !== undefined || route.sources.size > 0));
    this.#parts = parts;
    parts.flights.add(call.agent, this);
  }

  get callId(): Call['id'] {
    return this.call.id;
  }

  get grantId(): Call['grant'] {
    return this.call.grant;
  }

  /** Settled, or lost with the door. */
  get over(): boolean {
    return this.#over;
  }

  /** What the agent was told; `null`: nothing, or not yet. */
  get answer(): WorldAnswer | null {
    return this.#answer;
  }

  /** How the call fared, as the door hears it. Nothing, where it died or cut the call off meanwhile. */
  hear(met: Met): void {
    if (this.#over) return;
    switch (met.kind) {
      case 'answer':
        this.#head(met.answer);
        if (this.#readsBody) this.tap.data(Buffer.from(JSON.stringify(met.answer.body)));
        this.#answer = met.answer;
        return this.#settle(null, null);
      case 'cut':
        this.#head(met.answer);
        return this.failed(RESET);
      case 'reset':
        return this.failed(RESET);
      case 'silence':
        return this.failed(TIMEOUT);
      default:
        return unreachable(met);
    }
  }

  failed(failure: TransportFailure, why: string = failure.code): void {
    this.#settle(why, failure);
  }

  hangUp(): void {}

  silence(): void {}

  ground(): void {
    this.#over = true;
  }

  sever(): void {
    if (!this.#over) this.failed({ code: 'aborted', detail: 'we let go', sent: 'perhaps' }, 'killed');
  }

  #head({ status, headers = {} }: WorldAnswer): void {
    const flat = ['content-type', 'application/json'];
    for (const name in headers) flat.push(name, headers[name] as string);
    this.tap.head(status, flat, this.sentAt, this.#parts.now());
  }

  #settle(failure: string | null, cause: TransportFailure | null): void {
    if (this.#over) return;
    this.#over = true;
    const { call, tap } = this;
    const { flights, now, watcher } = this.#parts;
    const at = now();
    flights.remove(call.agent, this);
    const facts = tap.facts(failure === null);
    const effectiveness = conclude({ call, at, tap, failure, cause, facts, text: null }, this.#parts);
    if (effectiveness !== undefined) watcher.ended?.(call, at, effectiveness, tap.status);
  }
}

const RESET: TransportFailure = { code: 'reset', detail: 'the connection broke', sent: 'perhaps' };
const TIMEOUT: TransportFailure = { code: 'timeout', detail: 'no head in time', sent: 'perhaps' };
