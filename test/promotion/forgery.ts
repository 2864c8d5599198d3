import type { Demand, RefusalCode } from '../../src/promotion/index.ts';
import { demandFor, GRANTED, newSigner, signed } from './granted.ts';

/** What an attacker shows the door in place of a promotion, and what the door says. */
export interface Forgery {
  readonly attack: string;
  readonly text: string;
  readonly at?: Partial<Demand>;
  readonly code: RefusalCode;
  readonly says: RegExp;
}

/** Whose key the policy names. */
export const gate = newSigner();
export const VALID = signed(GRANTED, gate);
export const demand = demandFor(gate);
