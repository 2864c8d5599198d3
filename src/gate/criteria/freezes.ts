import { freezesBehind } from './behind-calls.ts';
import { criterionOf } from './criterion-of.ts';
import type { Judge } from './gate-case.ts';
import { counted } from './wording.ts';

/** That it is not frozen. Past freezes are shown: a person resumed it, and said why. */
export const freezes: Judge = ({ evidence }) => {
  const open = evidence.freezes.filter((each) => each.open);
  const past = evidence.freezes.length - open.length;
  const [first] = open;
  return [
    criterionOf({
      id: 'freezes',
      title: 'freezes',
      required: 'none open',
      observed: `${counted(open.length, 'open one', 'open ones')}, ${counted(past, 'past one', 'past ones')}`,
      margin: first === undefined ? null : `${counted(open.length, 'freeze')} too many`,
      outcome: first === undefined ? 'pass' : 'fail',
      lacking:
        first === undefined
          ? undefined
          : `${evidence.agent} is frozen since ${new Date(first.at).toISOString()} by ${first.by}: ${first.reason}; find out why, and resume it if that is over`,
      behind: [freezesBehind(evidence)],
    }),
  ];
};
