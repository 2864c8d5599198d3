import type { Action } from '../../control/contract/roles.ts';
import { session } from '../session.ts';
import { listed } from '../words.ts';

const DEED: readonly [Action, string, string][] = [
  ['resume', 'resume an agent', 'an approver'],
  ['approve', 'approve a held call', 'an approver'],
  ['reject', 'refuse a held call', 'an operator'],
  ['assess', 'judge what an agent did', 'a reviewer'],
  ['restrain', 'take a stage or a grant away', 'an operator'],
];

/** Why buttons are not there: said once, with who has them. */
export function MayNot() {
  const { name, roles, may } = session.value;
  const lacking = DEED.filter(([action]) => !may.includes(action));
  if (lacking.length === 0) return null;
  const deeds = lacking.map(([, deed, who]) => `${deed} (${who} may)`);
  return (
    <p>
      You are {name}, {listed(roles)}. You may look and kill. Not shown to you is what you may not do: {listed(deeds)}.
    </p>
  );
}
