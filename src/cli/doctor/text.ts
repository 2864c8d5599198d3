import { wrapped } from '../../report/why/terminal.ts';
import { visibleLine } from '../../std/visible.ts';
import type { Paint } from '../terminal/paint.ts';
import type { Finding, State } from './check.ts';

const MARKS: Readonly<Record<State, string>> = { ok: 'ok   ', warn: 'warn ', fail: 'FAIL ', skip: '-    ' };

/** A line for each check, what is wrong with its next step below it, and at the end the sum. */
export function findingsText(findings: readonly Finding[], paint: Paint, width: number): string {
  const painted = { ok: paint.good, warn: paint.warning, fail: paint.alarm, skip: paint.quiet };
  const lines = findings.flatMap(({ state, text, next }) => {
    const [first = '', ...rest] = wrapped(visibleLine(text), width - MARKS.ok.length);
    return [
      painted[state](MARKS[state]) + first,
      ...rest.map((line) => `     ${line}`),
      ...(next === undefined
        ? []
        : wrapped(`next: ${next}`, width - MARKS.ok.length).map((line) => paint.bold(`     ${line}`))),
    ];
  });
  const count = (state: State): number => findings.filter((one) => one.state === state).length;
  const skipped = count('skip') === 0 ? '' : `, ${count('skip')} not looked at`;
  return [...lines, '', `${count('ok')} ok, ${count('warn')} to look at, ${count('fail')} wrong${skipped}.`].join('\n');
}
