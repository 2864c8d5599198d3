import { samePerson } from '../../engine/assents.ts';
import { criterionOf } from './criterion-of.ts';
import type { Judge } from './gate-case.ts';
import { counted, listed } from './wording.ts';

/** That as many different people stand behind it as the policy asks. They approve what the gate shows them, when it is signed. */
export const people: Judge = ({ people: demanded, approvals }) => {
  // As the door has it, who would refuse what one person approved twice.
  const names = approvals
    .map(({ by }) => by.trim())
    .filter((name, index, all) => name !== '' && !all.slice(0, index).some((other) => samePerson(other, name)));
  const said = {
    id: 'people',
    title: 'approvals',
    observed: names.length === 0 ? 'nobody yet' : listed(names, names.length),
  } as const;
  if (demanded === 0) return [criterionOf({ ...said, required: 'none', outcome: 'waived' })];
  const missing = demanded - names.length;
  return [
    criterionOf({
      ...said,
      required: demanded === 1 ? '1 person' : `${demanded} different people`,
      margin:
        missing > 0
          ? `${counted(missing, 'person', 'people')} short`
          : `${counted(names.length - demanded, 'person', 'people')} to spare`,
      outcome: missing > 0 ? 'inconclusive' : 'pass',
      lacking: `${counted(missing, 'person', 'people')} must approve it, with \`--approve "NAME: reason"\``,
    }),
  ];
};
