import type { Call } from '../engine/call.ts';
import type { Decision } from '../engine/decision.ts';
import type { RequestHeaders } from './normal/headers.ts';

/**
 * Sees requests go through the door, for those who measure and trace. On the way of every call: it must neither throw nor
 * wait, and decides nothing.
 */
export interface Witness {
  /** A request's head was read, and its agent is known. Nothing has been judged. */
  arrived(headers: RequestHeaders): Visit;
}

/** One request on its way. What comes, comes in this order; the last is `ended`, where it became a call. */
export interface Visit {
  /**
   * The headers that it goes on with: what is judged, journalled and sent (I9). They may differ from what came in
   * `traceparent` alone, which no approval and no fingerprint counts.
   */
  readonly headers: RequestHeaders;
  /** All of it is there; once more where it was judged anew. */
  whole(): void;
  /** The door reads the world again before it decides: that is not its own time. */
  rereads(): void;
  decided(call: Call, upstream: string, decision: Decision): void;
  /** Its intent is on the disk. */
  durable(): void;
  /** It was handed to the transport, or settled instead. */
  sent(): void;
  /** @param status that the upstream gave, or the door itself; @param failure why there is no whole answer, as the journal says it */
  ended(status: number | null, failure: string | null): void;
}
