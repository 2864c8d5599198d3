import type { ClassEvidence, GateEvidence } from '../../gate/evidence/evidence.ts';
import { barOf } from '../chart/bar.ts';
import { type Html, html } from '../html.ts';
import { counted, grouped } from '../page/amounts.ts';
import { table } from '../page/table.ts';
import { listed, shareText } from '../shadow/words.ts';

/** What kinds of situation the evidence is of, class by class, and what people said of it. */
export function strataView({ classes, faults }: GateEvidence): Html {
  const fault =
    faults.calls === 0
      ? 'No call met a fault of its upstream: how the agent takes one, nobody has seen.'
      : `${counted(faults.calls, 'call')} met a fault of an upstream.`;
  if (classes.length === 0) return html`<p class="quiet">The policy lets this agent write nothing.</p>`;
  return html`${table({
      caption: 'Evidence by class of action',
      columns: [
        { name: 'Class' },
        { name: 'Writes meant', figure: true },
        { name: 'Stopped', figure: true },
        { name: 'Weekday, weekend' },
        { name: 'Amounts' },
        { name: 'People agreed', wide: true },
      ],
      rows: classes.map((each) => [
        html`<code>${each.route}</code> <span class="effect ${each.effect}">${each.effect}</span>`,
        html`<span>${grouped(String(each.meant))}</span>`,
        html`<span>${grouped(String(each.stopped))}</span>`,
        html`<span>${grouped(String(each.weekdays))}, ${grouped(String(each.weekend))}</span>`,
        html`<span>${listed(each.amounts.map(({ band, meant }) => `${band}: ${grouped(String(meant))}`))}</span>`,
        agreement(each),
      ]),
    })}
    <p class="after">${fault}</p>`;
}

function agreement({ agreement: said }: ClassEvidence): Html {
  if (said === null) return html`<span class="quiet">nobody said</span>`;
  const total = said.clusters.reduce((sum, each) => sum + each.total, 0);
  const agreed = said.clusters.reduce((sum, each) => sum + each.events, 0);
  const who = said.with === 'actuals' ? 'what people did' : 'reviewers';
  const text = `${grouped(String(agreed))} of ${grouped(String(total))}, ${shareText(agreed, total)} (${who})`;
  return html`<span class="filled"
    >${barOf([
      { kind: 'good', share: total === 0 ? 0 : agreed / total, title: `agreed: ${agreed}` },
      { kind: 'wrong', share: total === 0 ? 0 : (total - agreed) / total, title: `differed: ${total - agreed}` },
    ])}<span>${text}</span></span
  >`;
}
