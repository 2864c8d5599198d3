import type { ShadowEvidence } from '../../evidence/shadow/evidence.ts';
import type { RuleFindings } from '../../evidence/shadow/findings.ts';
import { sparkOf } from '../chart/bar.ts';
import { type Html, html } from '../html.ts';
import { counted, grouped } from '../page/amounts.ts';
import { table } from '../page/table.ts';
import { byStep } from './over-time.ts';
import type { Numbers } from './numbers.ts';
import { moneysText } from './words.ts';

/** What each rule found, over time, and which never had anything to say. */
export function guardsView(evidence: ShadowEvidence, numbers: Numbers): Html {
  const spoke = evidence.findings.filter(({ denied, held, trips }) => denied.count + held.count + trips.count > 0);
  const silent = evidence.findings.filter((rule) => !spoke.includes(rule));
  return html`${spoke.length === 0 && html`<p>No rule refused or held anything.</p>`}
  ${
    spoke.length > 0 &&
    table({
      caption: 'What each rule refused or held',
      columns: [
        { name: 'Rule', wide: true },
        { name: 'Over time' },
        { name: 'Asked', figure: true },
        { name: 'Would deny', figure: true },
        { name: 'Would hold', figure: true },
        { name: 'It alone', figure: true },
        { name: 'Money', figure: true },
      ],
      rows: spoke.map((rule) => row(rule, evidence, numbers)),
    })
  }
  ${silent.length > 0 && html`<p class="after">Asked, and never anything but a pass: ${silent.map(({ guard, rule, asked }, index) => html`${index > 0 && ', '}<b>${guard}</b> <code>${rule}</code> <span class="quiet">${counted(asked, 'call')}</span>`)}. <span class="quiet">Shadow shows nothing of whether they would hold.</span></p>`}`;
}

function row(rule: RuleFindings, { series }: ShadowEvidence, numbers: Numbers): readonly (Html | string)[] {
  const { guard, asked, denied, held, alone, money, reasons, trips, tripped, over } = rule;
  const by = new Map(over.map(({ label, calls }) => [label, calls]));
  const values = series.buckets.map(({ label }) => by.get(label) ?? 0);
  const name = `${guard} ${rule.rule}`;
  return [
    html`<b>${guard}</b> <code>${rule.rule}</code>
      <span class="quiet line"
        >${reasons.map(({ reason, calls }) => `${reason} ×${grouped(String(calls))}`).join(', ')}</span
      >
      ${trips.count > 0 && html`<span class="line tripped">would have the agent stopped: ${numbers.link(trips, `calls beyond the stopping threshold of ${name}`, counted(trips.count, 'call'))}, of which it decided ${numbers.link(tripped, `calls beyond the stopping threshold of ${name}, which it decided`)}</span>`}`,
    sparkOf(values, `${name}, ${byStep(series.step)}`),
    grouped(String(asked)),
    numbers.link(denied, `found to deny by ${name}`),
    numbers.link(held, `found to hold by ${name}`),
    grouped(String(alone)),
    money.length === 0 ? '' : moneysText(money),
  ];
}
