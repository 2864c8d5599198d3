import { ARRIVAL } from '../sandbox/scenario.ts';
import type { Deed, Doer } from './oracle.ts';

/** Whose call has just reached a business; `undefined`: the deed is no arrival of an agent's. */
export function arrivalBy({ entry, by }: Deed): Doer | undefined {
  return entry.kind === ARRIVAL && by !== null ? by : undefined;
}

/** `create_refund of charge:ch_1 by refunds-bot` */
export function shownCall({ route, subject, agent }: Doer): string {
  return `${route}${subject === null ? '' : ` of ${subject}`} by ${agent}`;
}
