import type { HoldView } from '../../control/contract/holds.ts';
import { visibleLine } from '../../report/visible.ts';
import type { Paint } from '../terminal/paint.ts';

/** What comes of a yes, in money and subjects; and what would refuse the call all the same. */
export function effectsText(view: HoldView, paint: Paint): string {
  const { sentence, leadsTo, changes, obstacles, earlier, notes } = view;
  return [
    paint.bold(visibleLine(`What a yes does: ${sentence}`)),
    ...changes.map(({ what, before, after, weighs }) => {
      const line = visibleLine(`  ${what}: ${before} -> ${after}`);
      return weighs ? paint.warning(`${line}  (!)`) : line;
    }),
    ...(leadsTo === 'captured' ? ['  Its agent is in shadow: nothing is sent.'] : []),
    ...(leadsTo === 'refused' ? [paint.alarm('  As things stand it would be refused all the same:')] : []),
    ...obstacles.map(({ rule, text, lifts }) => paint.alarm(visibleLine(`  ${rule}: ${text} ${LIFTS[lifts]}`))),
    ...(earlier.length === 0
      ? []
      : [
          '',
          'Done to the same subject before:',
          ...earlier.map(({ at, text }) => visibleLine(`  ${at.slice(0, 16)}Z ${text}`)),
        ]),
    ...(notes.length === 0
      ? []
      : ['', 'What the agent says, which is no evidence:', ...notes.map(({ text }) => visibleLine(`  "${text}"`))]),
  ].join('\n');
}

const LIFTS: Readonly<Record<HoldView['obstacles'][number]['lifts'], string>> = {
  person: '(a person can lift it)',
  agent: '(its agent can lift it)',
  time: '(it passes)',
  nobody: '(nobody can lift it)',
};
