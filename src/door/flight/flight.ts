import type { Clock, Instant } from '../../std/clock.ts';
import { isWrite, type Call } from '../../engine/call.ts';
import type { Engine } from '../../engine/engine.ts';
import type { AnswerFacts } from '../../engine/event.ts';
import type { Route } from '../../engine/policy.ts';
import type { OutcomeEntry } from '../../journal/entry.ts';
import type { JournalPort } from '../judge/admit.ts';
import { AnswerTap } from './answer-tap.ts';
import { conclude } from './conclude.ts';
import type { Flights, Severable } from './flights.ts';
import type { Freezer } from '../freezer.ts';
import type { Listening, Recipient } from './recipient.ts';
import type { Sealing } from '../privacy/sealing.ts';
import { codingIn } from '../key/coding.ts';
import { CompressedInspection, PlainInspection, type Inspected, type Inspection } from '../key/inspection.ts';
import { KeyWatch } from '../key/watch.ts';
import type { Exchange, Outbound, TransportFailure } from './transport.ts';
import type { Showing, ShownAs, Way } from './way.ts';

/** What a flight touches. One object per door, shared by all flights. */
export interface Airspace {
  readonly engine: Engine;
  readonly journal: JournalPort;
  readonly flights: Flights;
  readonly freezer: Freezer;
  readonly clock: Clock;
}

/** One call that was admitted, and what its answer may and may not hold. */
export interface Admitted {
  readonly call: Call;
  readonly route: Route | undefined;
  /** The credential in every form that the upstream could echo. */
  readonly secrets: readonly string[];
  /** Whether its answer is looked into beyond what its route's rules read. */
  readonly whole?: boolean;
  /** Told when it is over, and why there is no whole answer: its request is held in memory no longer. */
  readonly over?: (failure: string | null) => void;
  /** Present where some of the answer, or of what rules take from it, is personal data. */
  readonly sealing?: Sealing | undefined;
}

/**
 * One admitted call on its way: sends it, streams the answer to its recipient, and settles it exactly once.
 *
 * INVARIANT: `#settle` runs once, whatever comes first of answer, failure, recipient gone and kill.
 */
export class Flight implements Showing, Severable, Listening, Inspected {
  readonly call: Call;
  readonly tap: AnswerTap;
  readonly #recipient: Recipient;
  readonly #over: (failure: string | null) => void;
  readonly #air: Airspace;
  readonly #watch: KeyWatch;
  #inspection: Inspection;
  readonly #sealing: Sealing | undefined;
  #exchange: Exchange | undefined;
  #sentAt: Instant = 0;
  #settled = false;
  #severed = false;
  /** The recipient has gone; the answer to a write is still awaited, to learn its outcome. */
  #unheard = false;
  /** The upstream echoed its key, or what nobody can look into: the rest of this answer goes nowhere (I10). */
  #stopped: 'leaked' | 'unreadable' | null = null;
  /** Absent: the upstream's answer, as it stands. */
  #shownAs: ShownAs | undefined;
  /** All of the answer came; some of it may still be looked into. */
  #arrived = false;

  constructor(
    { call, route, secrets, whole = false, sealing, over = () => undefined }: Admitted,
    recipient: (flight: Flight) => Recipient,
    air: Airspace,
  ) {
    this.call = call;
    this.#over = over;
    this.tap = new AnswerTap(route, whole || sealing?.readsAnswer === true);
    this.#sealing = sealing;
    this.#watch = new KeyWatch(secrets);
    this.#inspection = new PlainInspection(this.#watch, this);
    this.#air = air;
    air.flights.add(call.agent, this);
    this.#recipient = recipient(this);
  }

  get callId(): Call['id'] {
    return this.call.id;
  }

  get grantId(): Call['grant'] {
    return this.call.grant;
  }

  /** Sends, unless it must stay (a kill came between, or it is why its agent was stopped): then what was reserved is released. */
  send(outbound: Outbound, way: Way): void {
    if (this.#settled) return;
    if (this.#severed || this.#unheard) return this.#settle('not_sent', NOT_SENT);
    if (this.#air.freezer.keepsBack(this.call)) {
      this.#settle('not_sent', NOT_SENT);
      return this.#recipient.failed(NOT_SENT);
    }
    this.#sentAt = this.#air.clock.now();
    const waitedMs = this.#sentAt - this.call.at;
    if (waitedMs > SEND_WITHIN_MS) {
      this.#settle('not_sent', LATE);
      return this.#recipient.failed(LATE);
    }
    try {
      this.#exchange = way.send(outbound, this, SEND_WITHIN_MS - waitedMs);
    } catch (error) {
      this.failed({ code: 'invalid', detail: `the transport failed: ${String(error)}`, sent: 'perhaps' });
    }
  }

  /** The journal could not make the intent durable: nothing is sent (I1), and whoever asked is told otherwise. */
  abandon(): void {
    this.#severed = true;
    this.#settled = true;
    this.#over('not_recorded');
    this.#air.flights.remove(this.call.agent, this);
  }

  silence(): void {
    if (this.#settled || this.#severed) return;
    this.#severed = true;
    this.#recipient.destroy();
  }

  hangUp(): void {
    if (!this.#settled && !this.#severed) this.#recipient.destroy();
  }

  ground(): void {
    if (!this.#settled) this.#exchange?.abort();
  }

  sever(): void {
    this.silence();
    if (!this.#settled) this.#exchange?.abort();
  }

  shows(as: ShownAs): void {
    this.#shownAs = as;
    this.tap.made = as.made;
  }

  head(status: number, headers: readonly string[]): void {
    this.tap.head(status, headers, this.#sentAt, this.#air.clock.now());
    const coding = this.#watch.watches ? codingIn(headers) : null;
    if (coding != null) this.#inspection = new CompressedInspection(coding, this.#watch, this);
    if (this.#unheard || this.#severed) return;
    this.#recipient.head(
      status,
      this.#shownAs === undefined ? headers : [...headers, ...marks(this.call, this.#shownAs)],
    );
  }

  data(chunk: Buffer): boolean {
    return this.#stopped !== null || this.#inspection.data(chunk);
  }

  ended(): void {
    this.#arrived = true;
    this.#inspection.end(() => {
      this.#settle(null, null);
      this.#recipient.ended();
    });
  }

  failed(failure: TransportFailure): void {
    this.#inspection.close();
    this.#settle(this.#whyFailed(failure), failure);
    this.#recipient.failed(failure);
  }

  drained(): void {
    this.#exchange?.resume();
  }

  gone(): void {
    if (this.#settled || this.#severed || this.#stopped !== null) return;
    this.#unheard = true;
    if (isWrite(this.call.effect)) this.#exchange?.resume();
    else this.#exchange?.abort();
  }

  read(bytes: Buffer): void {
    this.tap.data(bytes);
  }

  pass(bytes: Buffer): boolean {
    return this.#unheard || this.#severed || this.#recipient.data(bytes);
  }

  resume(): void {
    this.#exchange?.resume();
  }

  stop(why: 'leaked' | 'unreadable'): void {
    this.#stopped = why;
    this.tap.forget();
    this.#recipient.destroy();
    if (this.#arrived) this.failed(STOPPED);
    else this.#exchange?.abort();
  }

  #whyFailed({ code }: TransportFailure): string {
    if (this.#stopped === 'leaked') return 'leaked_credential';
    if (this.#stopped === 'unreadable') return 'unreadable_coding';
    if (this.#severed) return 'killed';
    if (this.#unheard) return 'client_gone';
    return code === 'late' ? 'not_sent' : code;
  }

  /** What the journal keeps of the answer: nothing of one that cannot be looked into, for it may be personal data. */
  #kept(cut: boolean): { readonly facts: AnswerFacts; readonly text: string | null } {
    const { tap } = this;
    try {
      const facts = tap.facts(!cut);
      return this.#sealing?.answered(tap.heard(), facts) ?? { facts, text: tap.text };
    } catch {
      return { facts: tap.facts(false, cut), text: null };
    }
  }

  #settle(failure: string | null, cause: TransportFailure | null): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#over(failure);
    const { call, tap } = this;
    const at: Instant = this.#air.clock.now();
    const kept = this.#kept(failure !== null);
    this.#air.flights.remove(call.agent, this);
    conclude({ call, at, tap, failure, cause, ...kept, origin: originOf(this.#shownAs) }, this.#air);
  }
}

/** What an answer's headers say of it, so that no agent and no person reading a log takes it for real. */
function marks({ effect }: Call, { origin, unmerged }: ShownAs): readonly string[] {
  return [
    ...(origin !== undefined && isWrite(effect) ? ['interlock-verdict', 'captured'] : []),
    ...(origin !== undefined ? ['interlock-origin', origin] : []),
    ...(unmerged.length > 0 ? ['interlock-unmerged', unmerged.slice(0, UNMERGED_TOLD).join(', ')] : []),
  ];
}

/** Calls that a header names; the outcome names them all. */
const UNMERGED_TOLD = 8;

function originOf(as: ShownAs | undefined): Pick<OutcomeEntry, 'origin' | 'merged' | 'unmerged'> {
  if (as === undefined) return {};
  const { origin, merged, unmerged } = as;
  return {
    ...(origin !== undefined && { origin }),
    ...(merged.length > 0 && { merged }),
    ...(unmerged.length > 0 && { unmerged }),
  };
}

/**
 * From a decision until its call is sent. What it rests on holds for that moment: what was read, the rates' windows, the
 * grant. A disk that takes longer, a process that stood still, or an upstream whose connections are all busy must not send
 * what nobody would allow any more.
 */
export const SEND_WITHIN_MS = 3_000;

const LATE: TransportFailure = { code: 'late', detail: 'it was not sent soon enough', sent: 'no' };
const STOPPED: TransportFailure = { code: 'aborted', detail: 'the answer holds what may not leave', sent: 'perhaps' };
const NOT_SENT: TransportFailure = { code: 'aborted', detail: 'stopped before it was sent', sent: 'no' };
