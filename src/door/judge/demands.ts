import { withPrecondition } from '../../engine/call.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Reading } from './reading.ts';

/** The headers that rules ask a call to carry, `if-match`, judged with it; one that the agent sent itself stands. */
export function withDemands(reading: Reading, engine: Engine): Reading {
  const demanded = engine.demands(reading.call);
  if (demanded === undefined) return reading;
  const { wire } = reading;
  return { ...reading, wire: { ...wire, headers: { ...demanded, ...wire.headers } } };
}

/** A write that something else refuses or holds is judged without its precondition having been read. */
export function unread(reading: Reading): Reading {
  if (reading.call.particulars?.precondition?.kind !== 'unread') return reading;
  return { ...reading, call: withPrecondition(reading.call, { kind: 'deferred' }) };
}
