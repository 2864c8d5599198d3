import { SHADOW_STYLE } from '../shadow/style.ts';

/** The evidence page's one style sheet: that of the shadow report, and what only a verdict has. `test/report/gate/browser.test.ts` measures it. */
export const GATE_STYLE = `${SHADOW_STYLE}
.shapes { position: absolute; }
.mark { vertical-align: -2px; flex: none; fill: var(--quiet); }
.mark.pass { fill: var(--green); } .mark.fail { fill: var(--red); } .mark.inconclusive { fill: var(--amber); }
.outcome { font-weight: 600; white-space: nowrap; color: var(--quiet); }
.outcome.pass { color: var(--green); } .outcome.fail { color: var(--red); } .outcome.inconclusive { color: var(--amber); }
.stamp { display: inline-flex; align-items: center; gap: 10px; justify-self: start; border: 2px solid; border-radius: 4px; padding: 6px 16px; font-size: 20px; font-weight: 700; letter-spacing: 0.04em; }
.stamp .mark { width: 20px; height: 20px; vertical-align: 0; }
.stamp.pass { color: var(--green); } .stamp.fail { color: var(--red); } .stamp.inconclusive { color: var(--amber); }
.figures { grid-template-columns: repeat(auto-fit, minmax(130px, 1fr)); }

#lacking { border: 1px solid var(--amber); border-left-width: 4px; border-radius: 4px; padding: 20px 24px; margin-top: 32px; }
#lacking.failed { border-color: var(--red); }
.reasons { display: grid; gap: 12px; max-width: 60em; }
.reasons li { display: grid; grid-template-columns: 20px minmax(0, 1fr); gap: 0 8px; }
.reasons .mark { margin-top: 5px; }
.reasons .days { color: var(--quiet); }
.next { display: grid; gap: 8px; max-width: 60em; }

.criteria h3 { margin: 28px 0 8px; }
.criteria h3:first-of-type { margin-top: 0; }
.criteria h3 code, .courses h3 code { font-size: 1em; font-weight: 600; }
@media print, (min-width: 801px) {
  .criteria .cards { table-layout: fixed; }
  .criteria th:nth-child(1) { width: 25%; } .criteria th:nth-child(2) { width: 10em; } .criteria th:nth-child(5) { width: 16%; }
  #strata th code { white-space: nowrap; }
}
.criteria .margin { color: var(--quiet); }

.chart.course .plot { margin-right: 8px; }
.chart path.course { fill: none; stroke: var(--blue); stroke-width: 2px; vector-effect: non-scaling-stroke; }
.chart path.harm { fill: var(--red); }
.chart circle.look { fill: var(--blue); }
.chart text.sum { fill: var(--ink); font-weight: 600; }
.courses { display: grid; gap: 40px; }
.courses h3 { margin-bottom: 4px; }
.courses .quiet { margin-bottom: 12px; }

.calendar .plot { flex: 0 1 auto; }
.calendar .idle { fill: none; stroke: var(--lane); stroke-dasharray: 3 3; }
.calendar .marked { stroke: var(--red); stroke-width: 2.5px; }
.swatch .marked { stroke: var(--red); stroke-width: 2px; } .swatch .idle { fill: none; stroke: var(--lane); stroke-dasharray: 3 3; }

.basis { display: grid; grid-template-columns: 12em minmax(0, 1fr); gap: 8px 24px; max-width: 70em; }
.basis dt { color: var(--quiet); }
.behinds { display: grid; gap: 20px; }
.behinds h3 { margin-bottom: 4px; }
.behinds li li { margin-top: 4px; }
.behinds pre { background: var(--faint); padding: 6px 10px; color: var(--ink); }

@media screen and (max-width: 800px) {
  .stamp { font-size: 17px; }
  #lacking { padding: 16px; }
  .basis { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .basis dd { margin-bottom: 10px; }
}
@media print {
  .stamp { border-width: 1.5pt; }
  .reasons li, .courses > div, .behinds > li { break-inside: avoid; }
}
@media (forced-colors: active) {
  .mark, .chart path.harm { fill: CanvasText; }
  .chart path.course { stroke: CanvasText; }
}
`;
