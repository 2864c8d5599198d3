/**
 * What every page of ours shares: colours, type, focus. Spacing steps: 4 8 12 16 24 40 64 px. Colours meet WCAG 2.2 AA on their
 * ground: text 4.5 to 1, marks and lines that carry meaning 3 to 1; the browser tests of the pages measure it.
 */
export const BASE_STYLE = `
:root {
  color-scheme: light dark;
  --ground: #fcfcfd; --ink: #1c2127; --quiet: #565f69; --hair: #dde1e6; --faint: #eef0f3; --lane: #c3c9d0;
  --blue: #2f6299; --soft: #5f8fc0; --red: #b3261e; --red-wash: #f6dcd9; --green: #1b6e48; --amber: #8a5a00; --frozen: #cfe0f0;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171b; --ink: #e4e7ea; --quiet: #9ca6b0; --hair: #2b3138; --faint: #1e2328; --lane: #454d56;
    --blue: #86b4e3; --soft: #4f7fae; --red: #ff8f82; --red-wash: #4a2522; --green: #74cfa0; --amber: #e5b567; --frozen: #24435f;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 24px; -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
}
main, footer { max-width: 1200px; margin: 0 auto; padding: 0 24px; }
h1, h2, h3, p, ul, ol, dl, dd, table { margin: 0; padding: 0; }
ul, ol { list-style: none; }
h1, h2, h3 { text-wrap: balance; line-height: 1.25; font-weight: 600; }
h1 { font-size: clamp(32px, 6vw, 48px); letter-spacing: -0.02em; }
h2 { font-size: 24px; letter-spacing: -0.01em; }
h3 { font-size: 16px; }
b, th { font-weight: 600; }
code { font: 0.875em ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; }
a { color: var(--blue); text-underline-offset: 3px; text-decoration-thickness: 1px; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 3px solid var(--blue); outline-offset: 3px; border-radius: 2px; }
.quiet, small { color: var(--quiet); font-size: 14px; }
@media print {
  :root {
    color-scheme: light;
    --ground: #fff; --ink: #000; --quiet: #444; --hair: #bbb; --faint: #eee; --lane: #999;
    --blue: #1f4f80; --soft: #5f8fc0; --red: #a01c14; --red-wash: #f6dcd9; --green: #12553a; --amber: #6e4700; --frozen: #cfe0f0;
  }
}
`;
