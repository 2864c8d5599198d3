import { unreachable } from '../../../std/assert.ts';
import type { Fault } from '../../world/faults.ts';
import type { Catalogue, Item } from './catalogue.ts';

/** Faults that adversaries make, as far as they are different for whoever has to settle them. */
const FAULTS = [
  'latency',
  'status 4xx',
  'status 5xx',
  'crash before',
  'crash after',
  'hang before',
  'hang after',
  'reset before',
  'reset during',
  'reset after',
] as const;
export type FaultName = (typeof FAULTS)[number];

const WORDS: Readonly<Record<FaultName, string>> = {
  latency: 'a business took its time',
  'status 4xx': 'a gateway refused in the business’s place',
  'status 5xx': 'a gateway failed in the business’s place',
  'crash before': 'a business broke before it did anything',
  'crash after': 'a business broke when it had done it',
  'hang before': 'a business did nothing and never answered',
  'hang after': 'a business did it and never answered',
  'reset before': 'the connection broke before the business did anything',
  'reset during': 'the connection broke in the midst of the answer',
  'reset after': 'the connection broke before the answer',
};

/** `undefined`: one that no adversary makes. */
export function faultName(fault: Fault): FaultName | undefined {
  switch (fault.kind) {
    case 'latency':
      return 'latency';
    case 'status':
      return fault.status < 500 ? 'status 4xx' : 'status 5xx';
    case 'crash':
      return fault.when === 'before' ? 'crash before' : 'crash after';
    case 'hang':
      return fault.commit ? 'hang after' : 'hang before';
    case 'reset':
      return fault.when === 'before' ? 'reset before' : fault.when === 'during' ? 'reset during' : 'reset after';
    case 'drift':
      return undefined;
    default:
      return unreachable(fault);
  }
}

export function catalogueFaults(catalogue: Catalogue): ReadonlyMap<FaultName, Item> {
  const missing = 'no call that reached a business had it';
  return new Map(FAULTS.map((name) => [name, catalogue.add('faults', `${WORDS[name]} (${name})`, missing)]));
}
