import type { JournalEvidence } from '../evidence/evidence.ts';
import { command } from './behind-calls.ts';
import { criterionOf } from './criterion-of.ts';
import type { Judge } from './gate-case.ts';
import { counted, whole } from './wording.ts';
import { word } from '../../std/shell-word.ts';

/** That the journal is whole: what is missing or changed in it might be what says no. */
export const journal: Judge = ({ evidence: { journal: of, files } }) => {
  const [first] = of.problems;
  const said = { id: 'journal', title: 'journal', required: 'whole, to the byte' } as const;
  const behind = [
    command(`interlock audit verify --data ${word(of.dir)}`),
    ...files.filter(({ name }) => name.startsWith('journal')).map(({ file }) => ({ kind: 'file', file }) as const),
  ];
  if (first !== undefined) {
    return [
      criterionOf({
        ...said,
        observed: counted(of.problems.length, 'problem'),
        margin: counted(of.problems.length, 'problem'),
        outcome: 'fail',
        lacking: `the journal is not what was written: ${first}; find out who changed it before anything else`,
        behind,
      }),
    ];
  }
  const { head } = of;
  return [
    criterionOf({
      ...said,
      observed: head === null ? 'empty' : `verified to record ${whole(head.seq)}${importedText(of)}`,
      margin: head === null ? null : 'no problem',
      outcome: head === null ? 'inconclusive' : 'pass',
      lacking: 'the journal is empty, and an empty one shows nothing; let the agent work through the door first',
      behind,
    }),
  ];
};

/** Whoever imports a recording says what is in it, and no door was there. */
const importedText = ({ imported }: JournalEvidence): string =>
  imported === 0
    ? ''
    : `; ${counted(imported, 'call')} of a recording ${imported === 1 ? 'counts' : 'count'} for nothing`;

/**
 * That this engine would have said the same (I8): evidence of what another engine let through would say nothing of what this one
 * will. Every call is decided again, whichever version wrote it.
 */
export const redecided: Judge = ({ evidence: { journal: of, basis, days } }) => {
  const { calls, differences, recorded, now, first } = of.redecided;
  const differs = differences > 0 || recorded !== now;
  const counting = days.calendar.reduce((sum, day) => sum + day.calls, 0);
  const isWhole = calls > 0 && calls >= counting;
  const versions = of.engines.map((version) => version ?? 'one that did not say').join(', ');
  return [
    criterionOf({
      id: 'engine',
      title: 'decided again',
      required: `the same verdicts by ${basis.engine}`,
      observed:
        calls === 0
          ? 'no call was decided again'
          : `${counted(calls, 'call')}, ${differs ? whole(differences) : 'none'} otherwise; written by ${versions}`,
      margin: calls === 0 ? null : counted(differences, 'difference'),
      outcome: differs ? 'fail' : isWhole ? 'pass' : 'inconclusive',
      lacking: differs
        ? `this engine decides otherwise than the one that was watched: ${first === null ? `decisions ${recorded} became ${now}` : `${first.call} was ${first.recorded} and is ${first.now}`}; the evidence is of another engine`
        : calls === 0
          ? 'no call was decided again; let the agent work through the door first'
          : `of ${counted(counting, 'call')} that count only ${whole(calls)} were decided again; do so with all`,
      behind: [
        command(`interlock audit redecide --data ${word(of.dir)}`),
        ...(first === null ? [] : [{ kind: 'call', call: first.call } as const]),
      ],
    }),
  ];
};
