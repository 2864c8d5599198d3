import type { HoldLine } from '../../door/operations.ts';
import type { Policy } from '../../engine/policy.ts';
import { withSealedNamed } from '../../report/why/sealed.ts';
import type { HoldRow } from '../contract/holds.ts';
import { sentenceOf } from './sentence.ts';

/** A held call as one line of a list: nothing is looked up for it. */
export function holdRow(policy: Policy, line: HoldLine): HoldRow {
  const { call, agent, route, subject, amount, rules, since, expiresAt, frozen } = line;
  const named = withSealedNamed({ subject }, () => false);
  return {
    call,
    agent,
    route,
    effect: policy.routes.get(route)?.effect ?? 'write',
    ...named,
    amount,
    sentence: sentenceOf({ route, amount, ...named }),
    rules: [...rules],
    since,
    expiresAt,
    frozen,
  };
}
