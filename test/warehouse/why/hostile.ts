import { HOSTILE } from '../../report/hostile.ts';
import type { Told } from '../../../src/warehouse/why/told.ts';

/** Members whose values we choose ourselves, or that a record's own form bounds. */
const OURS = new Set([
  'kind',
  'version',
  'role',
  'verdict',
  'stage',
  'effect',
  'effectiveness',
  'how',
  'in',
  'when',
  'origin',
  'outcome',
  'trip',
  'opinion',
  'micros',
  'currency',
  'shown',
  'digest',
  'call',
  'became',
  'approval',
  'about',
]);

/** What was told, with every text that an agent, an upstream, a person or a policy could choose replaced. */
export function hostile<Value extends Told>(told: Value, text = HOSTILE): Value {
  const spoilt = structuredClone(told);
  spoil(spoilt, text);
  return spoilt;
}

function spoil(value: object, text: string): void {
  for (const [key, member] of Object.entries(value) as readonly (readonly [string, unknown])[]) {
    if (typeof member === 'string' && !OURS.has(key)) Reflect.set(value, key, text);
    if (typeof member === 'object' && member !== null) spoil(member, text);
  }
}
