import { BASE_STYLE } from './base-style.ts';

/** The sandbox report's one style sheet; `test/report/browser.test.ts` measures its contrasts. */
export const STYLE = `${BASE_STYLE}
.shapes { position: absolute; }
.mark { vertical-align: -2px; fill: var(--blue); flex: none; }
.mark.harm, .mark.broken { fill: var(--red); }
.mark.held, .mark.resume { fill: var(--green); }
.mark.denied, .mark.failure { fill: var(--amber); }
.mark.freeze, .mark.note { fill: var(--ink); }
.verdict { font-weight: 600; white-space: nowrap; }
.held > .verdict, .verdict.held { color: var(--green); }
.broken > .verdict, .verdict.broken, .broken .verdict, .harmed { color: var(--red); }

.headline { padding: 64px 0 40px; display: grid; gap: 12px; }
.product { color: var(--quiet); font-weight: 600; }
h1 .mark { width: 0.75em; height: 0.75em; vertical-align: -0.02em; }
.damage { font-size: 20px; line-height: 1.4; max-width: 46em; margin: 4px 0; }
.broken-list { font-size: 20px; }

#summary { padding-bottom: 16px; }
#summary h2 { margin-bottom: 12px; }
table { border-collapse: collapse; width: 100%; text-align: left; }
th, td { vertical-align: top; padding: 12px 24px 12px 0; border-top: 1px solid var(--hair); }
thead th { color: var(--quiet); font-size: 14px; border: 0; padding-bottom: 8px; }
.summary tbody th { width: 36%; }
.summary th a { display: inline-block; margin-right: 8px; color: var(--ink); }
.summary th .verdict { display: block; font-size: 14px; margin-top: 2px; }
.harmed { font-weight: 600; }
.none { color: var(--quiet); }
.summary td .quiet { display: block; }

.scenario { border-top: 1px solid var(--hair); margin-top: 64px; padding-top: 40px; }
.scenario > header { display: grid; gap: 8px; max-width: 46em; margin-bottom: 40px; }
.state { font-size: 14px; display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 12px; color: var(--quiet); }
.story { margin-top: 4px; }
.unproven { margin: 0 0 40px; font-weight: 600; }
.runs { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 64px; }
.run { display: grid; grid-template-rows: subgrid; grid-row: span 4; align-content: start; }
.run h3 { font-size: 20px; margin-bottom: 16px; }
.figures { display: grid; grid-template-columns: repeat(4, auto); justify-content: start; gap: 16px 32px; margin-bottom: 24px; }
.figures .big { grid-column: 1 / -1; }
.figures dt { color: var(--quiet); font-size: 14px; }
.figures dd { font-size: 18px; font-weight: 600; line-height: 1.3; }
.figures .big dd { font-size: 32px; letter-spacing: -0.02em; line-height: 1.2; }
.figures .big.harm dd { color: var(--red); }
.figures .big.held dd { color: var(--green); }
.figures .big .mark { width: 24px; height: 24px; vertical-align: -2px; }
.figures small { font-weight: 400; letter-spacing: 0; display: inline-block; }

.chart { display: flex; margin-bottom: 16px; }
.chart svg { overflow: visible; display: block; }
.chart .gutter { flex: none; }
.chart .plot { min-width: 0; flex: 1; margin-right: 8px; }
.chart text { font-size: 12px; fill: var(--quiet); paint-order: stroke; stroke: var(--ground); stroke-width: 4px; stroke-linejoin: round; }
.chart .grid { stroke: var(--faint); }
.chart .lane { stroke: var(--lane); }
.chart .lane.absent { stroke-dasharray: 2 6; }
.chart .frozen { stroke: var(--frozen); stroke-width: 10px; }
.chart text.frozen { stroke: var(--ground); stroke-width: 4px; fill: var(--ink); font-weight: 600; }
.chart .leader { stroke: var(--lane); }
.chart .number { fill: var(--ink); font-weight: 600; }
.chart .number.harm { fill: var(--red); }
.chart use { fill: var(--blue); stroke: var(--ground); stroke-width: 3px; paint-order: stroke; }
.chart .harm use, .chart .harm text { fill: var(--red); }
.chart .harm text, .chart text.sum { font-weight: 600; }
.chart .resume use { fill: var(--green); }
.chart .denied use, .chart .failure use { fill: var(--amber); }
.chart .freeze use, .chart .note use { fill: var(--ink); }
.total path { fill: none; vector-effect: non-scaling-stroke; }
.total .line { stroke: var(--ink); stroke-width: 2px; }
.total .wash { fill: var(--red-wash); }
.total .edge { stroke: var(--red); stroke-width: 1.5px; }
.chart text.harm { fill: var(--red); stroke: none; }
.chart text.sum { fill: var(--ink); }
.chart .base { stroke: var(--lane); }
.chart .limit { stroke: var(--quiet); stroke-dasharray: 5 4; }
.chart text.limit { stroke: var(--ground); stroke-dasharray: none; }

.moments { counter-reset: moment; display: grid; gap: 12px; margin-bottom: 16px; }
.moments li { counter-increment: moment; position: relative; padding-left: 28px; line-height: 1.4; }
.moments li::before { content: counter(moment); position: absolute; left: 0; font-weight: 600; }
.moments .harm::before, .moments .harm .who { color: var(--red); }
.when { color: var(--quiet); font-size: 14px; margin-right: 4px; }
.who { font-size: 14px; font-weight: 600; }
.times { font-weight: 600; font-size: 14px; white-space: nowrap; }
.what { display: block; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 24px; margin-top: 16px; font-size: 14px; color: var(--quiet); }
summary { cursor: pointer; padding: 8px 0; color: var(--blue); font-size: 14px; }
summary:hover { text-decoration: underline; text-underline-offset: 3px; }
.events { font-size: 14px; margin-top: 4px; }
.events caption { position: absolute; clip-path: inset(50%); }
.events th, .events td { padding: 6px 12px 6px 0; }
.events td { min-width: 72px; }
.events td:last-child { width: 100%; }
.events .harm b { color: var(--red); }

.evidence { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 40px 64px; margin-top: 40px; }
.evidence h3 { font-size: 20px; margin-bottom: 12px; }
.evidence ul { display: grid; gap: 12px; }
.promises li { position: relative; padding-left: 28px; }
.promises .mark { position: absolute; left: 0; top: 5px; }
.up { margin-top: 24px; font-size: 14px; }
.up a { display: inline-block; padding: 4px 0; }
footer { border-top: 1px solid var(--hair); margin-top: 64px; padding-top: 24px; padding-bottom: 64px; font-size: 14px; color: var(--quiet); }
footer p { max-width: 60em; }

@media (max-width: 800px) {
  main, footer { padding-left: 16px; padding-right: 16px; }
  .headline { padding-top: 40px; }
  .runs, .evidence { grid-template-columns: minmax(0, 1fr); }
  .run { display: block; }
  .run + .run { margin-top: 40px; padding-top: 24px; }
  .figures { grid-template-columns: repeat(2, auto); gap: 12px 40px; }
  .scenario { margin-top: 40px; padding-top: 24px; }
  .summary thead { position: absolute; clip-path: inset(50%); }
  .summary, .summary tbody { display: block; }
  .summary tr { display: grid; grid-template-columns: 8.5em minmax(0, 1fr); gap: 4px 8px; padding: 12px 0; border-top: 1px solid var(--hair); }
  .summary th, .summary td { display: block; width: auto; padding: 0; border: 0; }
  .summary tbody th { grid-column: 1 / -1; width: auto; }
  .summary td { display: grid; grid-template-columns: subgrid; grid-column: 1 / -1; }
  .summary td::before { content: attr(data-label); color: var(--quiet); font-size: 14px; grid-column: 1; grid-row: 1 / span 2; }
  .summary td > * { grid-column: 2; }
}
@media print {
  body { font-size: 11pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .headline { padding-top: 0; }
  .scenario { break-before: page; border: 0; margin: 0; padding: 0; }
  .chart, .figures, li, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .up { display: none; }
  a { color: inherit; }
}
@media (forced-colors: active) {
  .chart use, .mark { fill: CanvasText; }
}
`;
