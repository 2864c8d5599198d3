import { randomBytes } from 'node:crypto';
import type { Call } from '../../engine/call.ts';
import type { Decision } from '../../engine/decision.ts';
import { Bag } from '../../door/normal/bag.ts';
import type { RequestHeaders } from '../../door/normal/headers.ts';
import { readTraceParent, traceParent, type TraceParent } from '../../door/normal/traceparent.ts';
import type { Visit, Witness } from '../../door/witness.ts';
import { Distribution } from '../metrics/cells.ts';
import type { Family } from '../metrics/family.ts';
import type { Sampler } from './sampler.ts';

/** What the door itself takes, in seconds. */
const OVERHEAD_SECONDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3];
const MILLI = 1_000;
const TRACE_ID_SIZE = 16;
const SPAN_ID_SIZE = 8;

/** Where one request stands in its trace. */
export interface Place {
  readonly traceId: string;
  /** The agent's own span; `undefined`: the trace begins here. */
  readonly parentId: string | undefined;
  /** The door's span, and the one under it that the upstream goes on from. */
  readonly spanId: string;
  readonly upstreamSpanId: string;
}

/** A call that is over, in milliseconds of `performance`; `undefined`: it never came so far. */
export interface Traced {
  readonly place: Place;
  readonly arrivedAt: number;
  readonly wholeAt: number;
  readonly decidedAt: number;
  readonly durableAt: number | undefined;
  readonly sentAt: number | undefined;
  readonly endedAt: number;
  readonly call: Call;
  readonly upstream: string;
  readonly decision: Decision;
  readonly status: number | null;
  readonly failure: string | null;
}

/** What becomes of calls that were traced. */
export interface Traces {
  readonly sampler: Sampler;
  /** Takes one call that is over; must not wait. */
  readonly take: (traced: Traced) => void;
}

/** Measures what the door adds to every call, and follows those that are traced. */
export class Onlooker implements Witness {
  readonly overhead = new Distribution(OVERHEAD_SECONDS);
  readonly #traces: Traces | undefined;

  constructor(traces?: Traces) {
    this.#traces = traces;
  }

  arrived(headers: RequestHeaders): Visit {
    const place = this.#traces === undefined ? undefined : placeOf(headers, this.#traces.sampler);
    if (place === undefined) return new Measured(headers, this.overhead);
    return new Followed(headers, place, this.overhead, this.#traces?.take ?? ((): void => undefined));
  }

  families(): readonly Family[] {
    return [
      {
        kind: 'histogram',
        name: 'interlock_door_overhead_seconds',
        help: 'What the door adds before it sends: from the whole request to the upstream, the wait for the disk included',
        unit: 's',
        bounds: OVERHEAD_SECONDS,
        samples: [this.overhead.sample({})],
      },
    ];
  }
}

/** A request that is measured alone. */
class Measured implements Visit {
  readonly headers: RequestHeaders;
  readonly #overhead: Distribution;
  /** `undefined` where not all of the time is the door's. */
  protected wholeAt: number | undefined;

  constructor(headers: RequestHeaders, overhead: Distribution) {
    this.headers = headers;
    this.#overhead = overhead;
  }

  whole(): void {
    this.wholeAt = performance.now();
  }

  rereads(): void {
    this.wholeAt = undefined;
  }

  // oxlint-disable-next-line class-methods-use-this -- for those who follow
  decided(_call: Call, _upstream: string, _decision: Decision): void {}

  // oxlint-disable-next-line class-methods-use-this -- for those who follow
  durable(): void {}

  sent(): void {
    if (this.wholeAt !== undefined) this.#overhead.observe((performance.now() - this.wholeAt) / MILLI);
  }

  // oxlint-disable-next-line class-methods-use-this -- for those who follow
  ended(_status: number | null, _failure: string | null): void {}
}

/** A request whose way is told to whoever collects traces. */
class Followed extends Measured {
  readonly #place: Place;
  readonly #take: (traced: Traced) => void;
  readonly #arrivedAt = performance.now();
  #firstWholeAt: number | undefined;
  #decided: Pick<Traced, 'decidedAt' | 'call' | 'upstream' | 'decision'> | undefined;
  #durableAt: number | undefined;
  #sentAt: number | undefined;

  constructor(headers: RequestHeaders, place: Place, overhead: Distribution, take: (traced: Traced) => void) {
    super(onward(headers, place), overhead);
    this.#place = place;
    this.#take = take;
  }

  override whole(): void {
    super.whole();
    this.#firstWholeAt ??= this.wholeAt;
  }

  override decided(call: Call, upstream: string, decision: Decision): void {
    this.#decided = { decidedAt: performance.now(), call, upstream, decision };
  }

  override durable(): void {
    this.#durableAt = performance.now();
  }

  override sent(): void {
    super.sent();
    this.#sentAt = performance.now();
  }

  override ended(status: number | null, failure: string | null): void {
    const decided = this.#decided;
    if (decided === undefined) return;
    const endedAt = performance.now();
    this.#take({
      ...decided,
      place: this.#place,
      arrivedAt: this.#arrivedAt,
      wholeAt: this.#firstWholeAt ?? this.#arrivedAt,
      durableAt: this.#durableAt,
      sentAt: this.#sentAt,
      endedAt,
      status,
      failure,
    });
  }
}

/** As many bytes are asked for at once: few by few they would take longer than all else about an id. */
const POOL_SIZE = 4_096;
let pool = '';

/** So many bytes that nobody had before, as hex digits. */
function freshHex(bytes: number): string {
  if (pool.length < 2 * bytes) pool = randomBytes(POOL_SIZE).toString('hex');
  const taken = pool.slice(0, 2 * bytes);
  pool = pool.slice(2 * bytes);
  return taken;
}

function placeOf({ judged }: RequestHeaders, sampler: Sampler): Place | undefined {
  const { traceparent } = judged;
  const parent = traceparent === undefined ? undefined : readTraceParent(traceparent);
  const traceId = parent?.traceId ?? freshHex(TRACE_ID_SIZE);
  if (!sampler(traceId, parent)) return undefined;
  const ids = freshHex(2 * SPAN_ID_SIZE);
  const digits = 2 * SPAN_ID_SIZE;
  return { traceId, parentId: parent?.parentId, spanId: ids.slice(0, digits), upstreamSpanId: ids.slice(digits) };
}

/** The headers with the door's own span as the upstream's parent. `tracestate` goes on as it came: the door has no entry there. */
function onward(headers: RequestHeaders, { traceId, upstreamSpanId }: Place): RequestHeaders {
  const own = traceParent({ traceId, parentId: upstreamSpanId, sampled: true } satisfies TraceParent);
  const judged: Record<string, string> = new Bag();
  Object.assign(judged, headers.judged);
  const isNew = judged['traceparent'] === undefined;
  judged['traceparent'] = own;
  const { forward: came } = headers;
  const forward = isNew
    ? [...came, 'traceparent', own]
    : came.map((text, at) => (at % 2 === 1 && came[at - 1] === 'traceparent' ? own : text));
  return { ...headers, judged, forward };
}
