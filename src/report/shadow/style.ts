import { BASE_STYLE } from '../page/base-style.ts';

/** The shadow report's one style sheet; `test/report/shadow/browser.test.ts` measures its contrasts. */
export const SHADOW_STYLE = `${BASE_STYLE}
main { padding-bottom: 40px; }
.headline { padding: 64px 0 24px; display: grid; gap: 12px; }
.product { color: var(--quiet); font-weight: 600; }
h1 { max-width: 22em; font-size: clamp(28px, 4.4vw, 44px); }
.damage { font-size: 20px; line-height: 1.4; max-width: 46em; margin: 4px 0; }
.warning { border-left: 4px solid var(--amber); padding-left: 12px; max-width: 46em; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 16px 24px; padding: 24px 0 8px; }
.figures dt { color: var(--quiet); font-size: 14px; }
.figures dd { font-size: 28px; font-weight: 600; line-height: 1.2; letter-spacing: -0.02em; }
.figures small { display: block; font-weight: 400; letter-spacing: 0; }
a.n { color: inherit; text-decoration-style: dotted; text-decoration-color: var(--quiet); }
a.n:hover { color: var(--blue); text-decoration-style: solid; }
.zero { color: var(--quiet); }
.contents { display: flex; flex-wrap: wrap; gap: 4px 20px; padding: 16px 0 0; font-size: 14px; }
.contents a { padding: 4px 0; }
section { border-top: 1px solid var(--hair); margin-top: 48px; padding-top: 32px; }
section > h2 { margin-bottom: 16px; }
section > h2:has(+ .lead) { margin-bottom: 4px; }
section > .lead { color: var(--quiet); max-width: 46em; margin-bottom: 20px; }
.after { margin-top: 24px; }
h3.after { margin: 32px 0 12px; }
.line { display: block; }
.facts { display: grid; gap: 8px; max-width: 60em; }
.facts li { padding-left: 16px; position: relative; }
.facts li::before { content: ""; position: absolute; left: 0; top: 0.65em; width: 6px; height: 2px; background: var(--quiet); }
.ranked { counter-reset: rank; }
.ranked li { counter-increment: rank; padding-left: 32px; }
.ranked li::before { content: counter(rank); background: none; width: auto; height: auto; top: 0; font-weight: 600; color: var(--quiet); }
#unknown { border: 1px solid var(--amber); border-left-width: 4px; border-radius: 4px; padding: 20px 24px; margin-top: 32px; }

.chart { display: flex; margin-bottom: 12px; }
.chart svg { overflow: visible; display: block; }
.chart .gutter { flex: none; }
.chart .plot { min-width: 0; flex: 1; }
.chart text { font-size: 12px; fill: var(--quiet); paint-order: stroke; stroke: var(--ground); stroke-width: 4px; stroke-linejoin: round; }
.chart text.name { fill: var(--ink); font-weight: 600; }
.chart .grid { stroke: var(--faint); }
.chart .base { stroke: var(--lane); }
.chart line.limit { stroke: var(--red); stroke-dasharray: 5 4; }
.chart text.limit { fill: var(--red); }
.read { fill: var(--soft); } .money { fill: var(--blue); } .write { fill: var(--green); } .destructive { fill: var(--red); }
.denied { fill: var(--amber); } .held { fill: var(--quiet); }
.good { fill: var(--soft); } .wrong { fill: var(--red); } .unknown { fill: var(--quiet); } .unlabelled { fill: var(--lane); }
.shade-0 { fill: var(--faint); --shade: transparent; }
.shade-1 { fill: color-mix(in srgb, var(--blue) 22%, var(--ground)); }
.shade-2 { fill: color-mix(in srgb, var(--blue) 40%, var(--ground)); }
.shade-3 { fill: color-mix(in srgb, var(--blue) 58%, var(--ground)); }
.shade-4 { fill: color-mix(in srgb, var(--blue) 78%, var(--ground)); }
.shade-5 { fill: var(--blue); }
.week { max-width: 900px; }
.legend { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 20px; margin: 8px 0 12px; font-size: 14px; color: var(--quiet); }
.legend li { display: flex; align-items: center; gap: 6px; }
.shades { gap: 4px; padding-left: 44px; }
.swatch { flex: none; }
.bar, .spark { display: block; overflow: visible; }
.bar rect { stroke: var(--ground); stroke-width: 1px; }
.fill .frame { fill: var(--faint); stroke: var(--lane); }
.fill .used { fill: var(--blue); } .fill .over { fill: var(--red); }
.filled { display: grid; grid-template-columns: minmax(0, 1fr) 7em; gap: 12px; align-items: center; }
.spark { min-width: 96px; max-width: 160px; }
.spark rect { fill: var(--amber); } .spark line { stroke: var(--lane); }

table { border-collapse: collapse; width: 100%; text-align: left; }
caption { position: absolute; clip-path: inset(50%); }
th, td { vertical-align: top; padding: 10px 24px 10px 0; border-top: 1px solid var(--hair); }
tbody th { font-weight: 400; }
thead th { color: var(--quiet); font-size: 14px; border: 0; padding-bottom: 6px; vertical-align: bottom; font-weight: 600; }
@media print, (min-width: 801px) { .cards .figure { text-align: right; } .cards td.figure { overflow-wrap: normal; } }
.cards th:last-child, .cards td:last-child { padding-right: 0; }
.cards .wide { width: 34%; }
thead th { overflow-wrap: normal; }
.facts + .cards { margin-top: 20px; }
.facts + p { margin-top: 12px; }
.effect { font-size: 13px; color: var(--quiet); }
.effect.destructive { color: var(--red); font-weight: 600; }
.tripped, .unbounded { color: var(--red); font-weight: 600; }
.matrix { width: auto; }
.matrix th, .matrix td { border: 0; padding: 0; }
.matrix thead th { padding: 4px 6px; text-align: center; }
.matrix thead abbr { text-decoration: none; }
.matrix tbody th { padding: 4px 16px 4px 0; }
.matrix tbody td { min-width: 58px; text-align: center; padding: 8px 6px; border: 2px solid var(--ground); background: var(--faint); }
.matrix tbody .shade-1 { background: color-mix(in srgb, var(--blue) 9%, var(--ground)); }
.matrix tbody .shade-2 { background: color-mix(in srgb, var(--blue) 14%, var(--ground)); }
.matrix tbody .shade-3 { background: color-mix(in srgb, var(--blue) 19%, var(--ground)); }
.matrix tbody .shade-4 { background: color-mix(in srgb, var(--blue) 24%, var(--ground)); }
.matrix tbody .shade-5 { background: color-mix(in srgb, var(--blue) 30%, var(--ground)); }
.matrix .zero { color: var(--ink); }
.matrix .short { display: none; }
@media (min-width: 1100px) { .matrix.named tbody th { min-width: 10.5em; } }
.matrix .same { outline: 1px solid var(--lane); outline-offset: -3px; }

.bands { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); gap: 32px 64px; }
.bands h3 { font-size: 20px; }
.distribution { margin-top: 12px; }
.distribution li { display: grid; grid-template-columns: 9.5em minmax(0, 1fr) 8.5em; gap: 12px; align-items: center; padding: 3px 0; }
.distribution .band { text-align: right; color: var(--quiet); font-size: 14px; }
.distribution .limit { display: block; padding: 8px 0 3px; border-bottom: 1px dashed var(--red); color: var(--red); font-size: 13px; text-align: right; }

.anomalies { display: grid; gap: 28px; }
.anomalies h3 { margin-bottom: 8px; }
.anomalies ul { display: grid; gap: 10px; }
.anomalies li li { border-left: 2px solid var(--lane); padding-left: 14px; }
summary { cursor: pointer; padding: 8px 0; color: var(--blue); font-size: 14px; }
summary:hover { text-decoration: underline; text-underline-offset: 3px; }
.data table { font-size: 14px; }
.data th, .data td { padding-top: 5px; padding-bottom: 5px; }

.strata { display: grid; gap: 20px; margin-top: 20px; }
.strata h3 { margin-bottom: 8px; }
.strata ul { display: flex; flex-wrap: wrap; gap: 6px; }
.strata li { border: 1px solid var(--lane); border-radius: 4px; padding: 3px 10px; font-size: 14px; }
.strata .enough { background: var(--faint); }
.strata .thin { border-color: var(--amber); }
.strata .none { border-style: dashed; border-color: var(--red); }
.strata em { font-style: normal; color: var(--amber); }
.strata .none em { color: var(--red); }

.apart { border-left: 4px solid var(--lane); padding-left: 12px; max-width: 60em; margin-bottom: 16px; }
#evaluation { border: 2px dashed var(--lane); padding: 24px; border-radius: 4px; }
.fate { margin-bottom: 12px; }
.numbers, .calls { display: grid; gap: 16px; }
.numbers { counter-reset: number; font-size: 14px; gap: 10px; }
.calls { gap: 0; }
.calls li { border-top: 1px solid var(--hair); font-size: 14px; }
.calls summary { color: var(--ink); padding: 8px 0; }
.calls li div { padding-bottom: 16px; scroll-margin-top: 72px; }
.calls + .fold { border-top: 1px solid var(--hair); }
.calls :target, .numbers li:target { outline: 2px solid var(--blue); outline-offset: 6px; border-radius: 2px; }
/* Names of calls and routes are full of low lines: the line of a link must not run into them. */
a:has(code) { text-underline-offset: 5px; }
pre { margin: 4px 0 0; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 13px; line-height: 1.45; background: var(--faint); padding: 6px 10px; border-radius: 4px; max-height: 12em; overflow: auto; }
pre.answer { background: none; border-left: 2px solid var(--lane); border-radius: 0; }
pre.command, .numbers pre { background: none; padding: 0; color: var(--quiet); }
.verdict-deny { color: var(--red); font-weight: 600; } .verdict-hold { color: var(--amber); font-weight: 600; }
.verdict-capture, .verdict-allow { color: var(--quiet); font-weight: 600; }
.up { margin-top: 16px; font-size: 14px; }
footer { border-top: 1px solid var(--hair); margin-top: 48px; padding-top: 24px; padding-bottom: 64px; font-size: 14px; color: var(--quiet); }
footer p { max-width: 60em; }

@media screen and (max-width: 800px) {
  main, footer { padding-left: 16px; padding-right: 16px; }
  .headline { padding-top: 40px; }
  .figures { grid-template-columns: repeat(2, 1fr); }
  .figures dd { font-size: 24px; }
  .cards thead { position: absolute; clip-path: inset(50%); }
  .cards, .cards tbody { display: block; }
  .cards tr { display: grid; grid-template-columns: 8.5em minmax(0, 1fr); gap: 4px 8px; padding: 12px 0; border-top: 1px solid var(--hair); }
  .cards th, .cards td { display: block; padding: 0; border: 0; }
  .cards .wide { width: auto; }
  .cards tbody th { grid-column: 1 / -1; }
  .cards tbody td { display: grid; grid-template-columns: subgrid; grid-column: 1 / -1; }
  .cards tbody td:empty { display: none; }
  .cards td::before { content: attr(data-label); color: var(--quiet); font-size: 14px; grid-column: 1; grid-row: 1 / span 4; }
  .cards td > * { grid-column: 2; justify-self: start; }
  .cards td > .filled, .cards td > .spark { justify-self: stretch; }
  .distribution li { grid-template-columns: 6.5em minmax(0, 1fr) 6em; gap: 8px; }
  .matrix, .matrix tbody, .matrix thead { display: block; width: 100%; font-size: 13px; }
  .matrix tr { display: flex; flex-wrap: wrap; }
  .matrix thead td { display: none; }
  .matrix thead th, .matrix tbody td { flex: 1 1 0; min-width: 0; padding: 6px 1px; }
  .matrix tbody th { flex: 0 0 100%; padding: 10px 0 2px; }
  .matrix .short { display: inline; font-weight: 600; color: var(--quiet); }
  .matrix thead th { position: relative; }
  .matrix .long { position: absolute; left: 0; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  #unknown, #evaluation { padding: 16px; }
}
@media print {
  body { font-size: 10pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .headline { padding-top: 0; }
  .damage { font-size: 13pt; }
  .contents, .up { display: none; }
  section { margin-top: 24px; padding-top: 16px; }
  th, td { padding: 4px 12px 4px 0; }
  h2, h3 { break-after: avoid; }
  .chart, .figures, .facts li, .anomalies li li, .calls li, .numbers li, .strata li, .distribution li, tr { break-inside: avoid; }
  #numbers, #calls .command, .data { display: none; }
  #calls { break-before: page; }
  .calls { columns: 2; column-gap: 24px; display: block; }
  #calls details::details-content { content-visibility: visible; block-size: auto; }
  #calls .fold > summary { display: none; }
  .calls li { font-size: 7pt; line-height: 1.35; padding: 6px 0; }
  .calls pre { font-size: 6.5pt; padding: 2px 4px; }
  main, footer { max-width: none; padding: 0; }
  pre { max-height: none; }
  a { color: inherit; }
}
@media (forced-colors: active) {
  .read, .money, .write, .destructive, .denied, .held, .fill .used { fill: CanvasText; }
}
`;
