/** What the page of a story adds to the reports' style sheet. */
export const WHY_STYLE = `
.why .headline { padding: 48px 0 32px; max-width: 60em; }
.why h1 { font-size: clamp(26px, 4.2vw, 38px); }
.why h1 .mark { width: 0.8em; height: 0.8em; vertical-align: -0.06em; }
.why .answer { font-size: 18px; line-height: 1.5; display: grid; gap: 8px; }
.why .answer .alarm { color: var(--red); font-weight: 600; }
.why .figures { margin: 8px 0 0; grid-template-columns: repeat(auto-fit, minmax(150px, max-content)); }
.why .figures dd { font-size: 17px; }
.why section { border-top: 1px solid var(--hair); padding: 32px 0 8px; }
.why section > h2, .why section > h3 { font-size: 20px; margin-bottom: 16px; }
.why .story { border-top: 3px solid var(--lane); margin-top: 40px; }

.line { position: relative; z-index: 0; display: grid; margin-bottom: 16px; }
.line > li { position: relative; display: grid; grid-template-columns: 5.6em 28px minmax(0, 1fr); padding: 7px 0; }
.line > li::before { content: ""; position: absolute; left: calc(5.6em + 13px); top: 0; bottom: 0; width: 2px; background: var(--hair); }
.line > li:first-child::before { top: 18px; }
.line > li:last-child::before { bottom: calc(100% - 18px); }
.line time { display: block; font-size: 14px; line-height: 24px; text-align: right; padding-right: 8px; color: var(--quiet); white-space: nowrap; }
.line time small { display: block; font-size: 12px; line-height: 14px; }
.line .dot { position: relative; width: 28px; height: 24px; display: grid; place-items: center; }
.line .dot .mark { background: var(--ground); box-shadow: 0 0 0 4px var(--ground); vertical-align: 0; }
.line .mark.page, .line .mark.answer { fill: var(--ink); }
.line p { line-height: 24px; }
.line p.more { font-size: 14px; line-height: 20px; color: var(--quiet); }
.line .mark.quiet { fill: var(--lane); }
.line .self { margin: 4px 0; padding: 11px 0; }
.line .self::after { content: ""; position: absolute; z-index: -1; inset: 0 -12px; background: var(--faint); border-radius: 6px; }
.line .self .dot .mark { background: var(--faint); box-shadow: 0 0 0 4px var(--faint); width: 18px; height: 18px; }
.line .self p:first-child { font-weight: 600; }
.chips { display: inline-flex; flex-wrap: wrap; gap: 4px; vertical-align: 1px; margin-left: 4px; }
.chips a { font-size: 12px; line-height: 18px; padding: 0 7px; border: 1px solid var(--blue); border-radius: 9px; text-decoration: none; }
.chips a.alarm { border-color: var(--red); color: var(--red); }

.flow { display: grid; grid-template-columns: minmax(0, 5fr) minmax(64px, 3fr) minmax(0, 5fr); max-width: 1000px; margin-bottom: 24px; }
.flow ul { display: grid; align-content: start; }
.flow li { height: 72px; padding: 4px 0; }
.flow li > div { height: 100%; border: 1px solid var(--lane); border-radius: 6px; padding: 4px 12px; display: grid; align-content: center; font-size: 14px; line-height: 19px; }
.flow li b, .flow li span { display: block; overflow: hidden; overflow-wrap: anywhere; max-height: 2.7em; }
.flow li b { max-height: 1.36em; }
.flow .text > div { border-color: var(--red); }
.flow .text b { color: var(--red); }
.flow .nowhere > div { border: 1px dashed var(--amber); }
.flow .nowhere b { color: var(--amber); }
.flow svg { display: block; width: 100%; overflow: visible; }
.flow path { fill: none; stroke: var(--blue); stroke-width: 2px; vector-effect: non-scaling-stroke; }
.flow path.text { stroke: var(--red); }
.flow path.nowhere { stroke: var(--amber); stroke-dasharray: 5 4; }
.flow path.first { stroke-width: 1px; stroke-dasharray: 2 3; }
.flow p.column { grid-row: 1; font-size: 14px; color: var(--quiet); margin-bottom: 4px; }
.flow ul, .flow svg { grid-row: 2; }
.flow ul { grid-column: 1; }
.flow svg { grid-column: 2; }
.flow p.column ~ p.column, .flow svg ~ ul { grid-column: 3; }
.traced dt { font-weight: 600; }
.traced dd { margin: 0 0 12px; }
.traced .alarm { color: var(--red); }
.traced dd .quiet { display: inline; }

.why pre { margin: 0; font: 13px/1.55 ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; background: var(--faint); border-radius: 6px; padding: 12px 16px; white-space: pre-wrap; overflow-wrap: anywhere; }
.pair { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 24px 40px; }
.pair .head { margin-bottom: 8px; font-weight: 600; }
.pair .quiet { margin-bottom: 8px; }
.guards { max-width: 1000px; }
.guards td, .guards th { padding: 8px 16px 8px 0; font-size: 15px; }
.guards tbody th { min-width: 8.5em; }
.guards td:nth-of-type(1) { min-width: 5em; }
.guards td:nth-of-type(2) { width: 60%; }
.guards td:nth-of-type(3) { min-width: 11em; }
.guards tr.against th, .guards tr.against td:first-of-type { color: var(--red); }
.guards tr.waits th { color: var(--amber); }
.rules { max-width: 1000px; display: grid; gap: 12px; }
.why pre .no { color: var(--quiet); user-select: none; }
.ledger td, .ledger th { padding: 8px 16px 8px 0; font-size: 15px; }
.ledger tbody th { min-width: 7.5em; }
.ledger td:first-child { min-width: 6.5em; }
.ledger td:nth-of-type(2) { width: 40%; }
.ledger td:last-child { min-width: 13em; }
.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 4px 24px; max-width: 1000px; }
.facts dt { color: var(--quiet); }
.totals { display: flex; flex-wrap: wrap; gap: 8px 40px; margin: 0 0 16px; }
.totals .quiet { display: block; }
.totals b { font-size: 20px; }

@media (max-width: 800px) {
  .why .headline { padding: 32px 0 24px; }
  .line > li { grid-template-columns: 4.4em 24px minmax(0, 1fr); }
  .line > li::before { left: calc(4.4em + 11px); }
  .line time { font-size: 12px; }
  .line .dot { width: 24px; }
  .flow { grid-template-columns: minmax(0, 5fr) 44px minmax(0, 4fr); }
  .flow li > div { padding: 4px 8px; font-size: 12px; line-height: 16px; }
  .pair { grid-template-columns: minmax(0, 1fr); }
  .facts { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .facts dd { margin-bottom: 8px; }
  .ledger thead, .guards thead { position: absolute; clip-path: inset(50%); }
  .ledger tr, .guards tr { display: block; padding: 8px 0; border-top: 1px solid var(--hair); }
  .ledger td, .ledger th, .guards td, .guards th { display: block; border: 0; padding: 1px 0; }
  .guards td:nth-of-type(2), .ledger td:nth-of-type(2) { width: auto; }
}
@media print {
  .why section { padding: 16px 0 4px; }
  .line > li, .flow, .guards tr, .ledger tr, .why pre { break-inside: avoid; }
  .story { break-before: page; }
}
@media (forced-colors: active) {
  .line > li::before { background: CanvasText; }
}
`;
