import { visibleLine } from '../../report/visible.ts';
import type { Paint } from '../terminal/paint.ts';
import type { TailLine, Verdict } from './lines.ts';

/** What is usual, so that lines stand below each other; a longer name pushes its own line aside. */
const AGENT_WIDTH = 16;
const ROUTE_WIDTH = 16;

/** One line for a person. What an agent or an upstream wrote stays on its line, and hides nothing. */
export function tailText(line: TailLine, paint: Paint): string {
  const at = paint.quiet(line.at.slice(11, 23));
  switch (line.kind) {
    case 'call': {
      const { verdict, agent, route, subject, amount, rule, reason } = line;
      const why = rule === null ? '' : `${rule}: ${(reason ?? '').replaceAll('_', ' ')}`;
      const what = [subject ?? '-', amount, why].filter((part) => part !== null && part !== '').join('  ');
      const named = `${agent.padEnd(AGENT_WIDTH)} ${route.padEnd(ROUTE_WIDTH)}`;
      return `${at} ${verdictText(verdict, paint)} ${visibleLine(`${named} ${what}`)}  ${paint.quiet(line.call)}`;
    }
    case 'outcome': {
      const { status, failure, durationMs, call } = line;
      const how = failure ?? String(status ?? 'no answer');
      const painted = failure !== null || (status ?? 0) >= 500 ? paint.warning : paint.quiet;
      return `${at} ${painted(`    -> ${visibleLine(how)} in ${Math.round(durationMs)} ms`)}  ${paint.quiet(call)}`;
    }
    default: {
      const { kind, agent, text } = line;
      const painted = kind === 'freeze' ? paint.alarm : paint.bold;
      return `${at} ${painted(visibleLine(`== ${agent === null ? '' : `${agent} `}${text}`))}`;
    }
  }
}

const WORDS: Readonly<Record<Verdict, string>> = {
  allow: 'allow  ',
  capture: 'capture',
  hold: 'HOLD   ',
  deny: 'DENY   ',
};

function verdictText(verdict: Verdict, paint: Paint): string {
  const painted = { allow: paint.good, capture: paint.quiet, hold: paint.warning, deny: paint.alarm }[verdict];
  return painted(WORDS[verdict]);
}
