import type { Finding } from '../../engine/decision.ts';
import { becauseOf, findingTold } from '../../warehouse/why/wording.ts';

/** What stands in a call's way now; the journal's stories tell the same of what was. */
const NOW: Readonly<Record<string, string>> = {
  agent_frozen: 'its agent is stopped, and nobody has resumed it',
  already_done: 'this has been done already',
  amount_too_large: 'the amount is too large for one call',
  approval_refused: 'somebody has refused it',
  approval_required: 'a person has to approve it',
  approval_used: 'the approval has been used up',
  backing_off: 'it comes again too soon after a failure',
  budget_exceeded: 'the budget does not hold it any more',
  changed_since_read: 'it has changed since the agent looked at it',
  circuit_open: 'the business is failing, and is left alone',
  condition_false: 'the condition of the rule does not hold',
  never_read: 'its agent has not looked at this in this session, or too long ago',
  not_allowed: 'its agent may not call this any more',
  outside_segment: 'it lies outside what its agent may really touch',
  provenance_unknown: 'nothing that it may trust gave it this value',
  rate_exceeded: 'it has called as often as it may',
  stale_read: 'what it has read of it is too old by now',
  too_many_in_flight: 'too many calls are under way',
  volume_exceeded: 'it is doing unusually much',
};

/** Why a call is held, or would be refused, as things stand. */
export function standsInItsWay(finding: Finding): string {
  const told = findingTold(finding);
  return becauseOf({ ...told, words: NOW[finding.reason] ?? told.words });
}
