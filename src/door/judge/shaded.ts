import type { Overlay, Shadow } from '../shadow.ts';
import type { Reading } from './reading.ts';

/** A request of an agent that may be in shadow, and how its captured writes change what it is answered. */
export interface Shaded {
  readonly reading: Reading;
  /** Absent: not at all. */
  readonly overlay?: Overlay | undefined;
}

/**
 * What a session's captured writes mean for a request, right before it is decided. A read that they are merged into is
 * asked for whole and in the clear: so it is judged, journalled and sent.
 */
export function shaded(reading: Reading, shadow: Shadow): Shaded {
  const { wire, call } = reading;
  if (wire.stage !== 'shadow') return { reading };
  const rests = shadow.rests(reading);
  const known = rests === undefined ? reading : { ...reading, wire: { ...wire, rests } };
  const overlay = call.effect === 'read' ? shadow.overlay(known) : undefined;
  if (overlay === undefined) return { reading: known };
  if (wire.method === 'HEAD') return { reading: known, overlay: HEADLESS };
  const isMerged = overlay.kind === 'over' && overlay.spare !== true;
  return { reading: isMerged ? inTheClear(known) : known, overlay };
}

/** A head alone tells of a body that is not the upstream's, and nobody knows how long that is. */
const HEADLESS: Overlay = {
  kind: 'alone',
  shown: {
    kind: 'unanswerable',
    reason: 'overlay_head',
    detail:
      'Captured writes of this session change what this HEAD asks about, and a head without its body cannot say how.',
    hint: 'Send a GET instead.',
  },
};

/**
 * Headers by which a client asks for less than the whole, or for nothing where it has it already (RFC 9110 §13, §14): what it
 * has is of the real world or of another overlay. A whole answer in their place is what any server may give.
 */
const PARTIAL = /^(?:range|if-(?:none-match|modified-since|match|unmodified-since|range))$/;

function inTheClear(reading: Reading): Reading {
  const { wire } = reading;
  const kept = Object.entries(wire.headers).filter(([name]) => !PARTIAL.test(name) && name !== 'accept-encoding');
  const headers = Object.fromEntries([...kept, ['accept-encoding', 'identity']]);
  return { ...reading, wire: { ...wire, headers } };
}
