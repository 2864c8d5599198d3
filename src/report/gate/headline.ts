import type { GateResult } from '../../gate/criterion.ts';
import { type Html, html } from '../html.ts';
import { counted, grouped } from '../page/amounts.ts';
import { minuteText } from '../shadow/words.ts';
import { outcomeMark } from './marks.ts';
import type { GateReport } from './report.ts';
import { countsText, verdictText, waitText } from './words.ts';

const MARK_OF = { PASS: 'pass', FAIL: 'fail', INCONCLUSIVE: 'inconclusive' } as const;

/** The verdict, in a word, a sentence, and the figures that it is made of. */
export function headline({ result, policy }: GateReport): Html {
  const { verdict, evidence, at, version } = result;
  const outcome = MARK_OF[verdict];
  const wait = waitText(result);
  return html`<header class="headline">
    <p class="product">Interlock gate</p>
    <p class="stamp ${outcome}">${outcomeMark(outcome)} ${verdict}</p>
    <h1>${verdictText(result)}</h1>
    <p class="damage">${countsText(result)}${wait !== undefined && ` ${wait}`}</p>
    <p class="quiet">
      From ${result.from} to ${result.to}, by the policy <code>${policy.file}</code> in environment
      ${policy.environment}. Looked at ${minuteText(at, evidence.days.timeZone)} (${evidence.days.timeZone}) by
      Interlock ${version}.
    </p>
  </header>`;
}

export function keyFigures({ evidence, criteria }: GateResult): Html {
  const { days, sessions, classes, journal, review } = evidence;
  const total = days.weekdays + days.weekend;
  const meant = classes.reduce((sum, each) => sum + each.meant, 0);
  const judged = classes.reduce((sum, each) => sum + each.judged.length, 0);
  const harmful = classes.reduce((sum, each) => sum + each.judged.filter((one) => one.harmful > 0).length, 0);
  const lacking = criteria.filter(({ outcome }) => outcome === 'inconclusive').length;
  return html`<dl class="figures">
    ${figure('Days with calls', total, total === 0 ? '' : `${days.weekend} at a weekend`)}
    ${figure('Sessions', sessions.all, `${grouped(String(sessions.writing))} meant to write`)}
    ${figure('Writes meant', meant, `in ${counted(classes.length, 'class', 'classes')}`)}
    ${figure('Sessions judged', judged, `${grouped(String(review.reviewed))} of ${grouped(String(review.chosen))} chosen writes`)}
    ${figure('With harm', harmful, judged === 0 ? 'nobody has looked' : 'of those judged')}
    ${figure('Decided again', journal.redecided.calls, differences(journal.redecided.differences))}
    ${lacking > 0 && figure('Lacking', lacking, counted(lacking, 'criterion', 'criteria').replace(/^\S+ /, ''))}
  </dl>`;
}

const differences = (count: number): string =>
  count === 0 ? 'all came out the same' : `${grouped(String(count))} otherwise`;

const figure = (name: string, value: number, note: string): Html =>
  html`<div>
    <dt>${name}</dt>
    <dd>${grouped(String(value))} ${note !== '' && html`<small class="quiet">${note}</small>`}</dd>
  </div>`;
