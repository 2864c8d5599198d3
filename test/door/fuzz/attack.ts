import fc from 'fast-check';
import { CORPUS } from './corpus.ts';
import { edit, edited, refitted, type Edit } from './mutation.ts';

/** What is sent on one connection, and how. */
export interface Attack {
  /** Which requests of the corpus it is made of, one behind the other. */
  readonly requests: readonly number[];
  readonly edits: readonly Edit[];
  /** Whether the stated length is made true again after the edits. */
  readonly refit: boolean;
  /** Where the bytes are cut into segments, of 4,096. */
  readonly cuts: readonly number[];
  /** By the upstream's own port, or under its prefix on the common one. */
  readonly port: 'own' | 'common';
  /** Whether the client ends its side at once, or waits for an answer first. */
  readonly ending: 'at-once' | 'patient';
}

const request = fc.nat({ max: CORPUS.length - 1 });

export const attack: fc.Arbitrary<Attack> = fc.record({
  requests: fc.oneof(
    { withCrossShrink: true },
    { weight: 4, arbitrary: fc.tuple(request) },
    { weight: 1, arbitrary: fc.array(request, { minLength: 2, maxLength: 3 }) },
  ),
  edits: fc.array(edit, { minLength: 0, maxLength: 4 }),
  refit: fc.boolean(),
  cuts: fc.array(fc.nat({ max: 4_095 }), { maxLength: 3 }),
  port: fc.constantFrom('own', 'own', 'common'),
  ending: fc.constantFrom('at-once', 'at-once', 'patient'),
});

/** The bytes of an attack, as latin-1. */
export function textOf({ requests, edits, refit, port }: Attack, token: string): string {
  const known = (text: string): string => text.replaceAll('‹token›', token);
  const whole = known(requests.map((index) => CORPUS[index]!).join(''));
  const addressed = port === 'own' ? whole : whole.replaceAll(' /v1/', ' /api/v1/');
  const changed = known(edits.reduce(edited, addressed));
  return refit && requests.length === 1 ? refitted(changed) : changed;
}

/** The text in the segments it is sent in. */
export function segmentsOf(text: string, cuts: readonly number[]): readonly string[] {
  const places = [...new Set(cuts.map((cut) => Math.floor((cut / 4_096) * text.length)))].sort((a, b) => a - b);
  const bounds = [0, ...places.filter((place) => place > 0), text.length];
  return bounds.slice(1).map((end, index) => text.slice(bounds[index], end));
}
