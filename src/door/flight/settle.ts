import type { Effectiveness } from '../../engine/event.ts';
import { paidEffectiveness, type Settlement } from './settlement.ts';
import type { TransportFailure } from './transport.ts';

/** Request Timeout: the upstream gave up waiting, which does not tell whether it acted. */
const REQUEST_TIMEOUT = 408;

/**
 * Whether a dispatched call took effect, from what was seen of its answer.
 * A refusal (4xx) is trusted to have changed nothing. A server error (5xx) is not: the business may have committed
 * before it failed. So a 5xx, a hang and a reset are `unknown`, and unknown counts as spent (I3).
 *
 * @param paid what was said of the payment that the call carried; absent: it carried none
 */
export function effectivenessOf(
  status: number | null,
  failure: TransportFailure | null,
  paid?: { readonly settlement: Settlement | undefined },
): Effectiveness {
  if (failure?.sent === 'no') return 'ineffective';
  if (paid !== undefined) return paidEffectiveness(status, paid.settlement);
  if (status === null || status >= 500 || status === REQUEST_TIMEOUT) return 'unknown';
  return status >= 400 ? 'ineffective' : 'effective';
}
