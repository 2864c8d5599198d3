import { createHash } from 'node:crypto';
import type { SandboxResult } from '../lab/result.ts';
import { html, trusted } from './html.ts';
import { shapes } from './page/marks.ts';
import { scenarioView } from './page/scenario.ts';
import { STYLE } from './page/style.ts';
import { headline, summary, verdictOf } from './page/summary.ts';

/**
 * The run for people: one file that asks the network for nothing and holds no script.
 * INVARIANT: its content security policy allows our one style sheet, by its hash, and an icon from a data URL, nothing
 * else. So even markup that slipped through escaping could neither run nor fetch.
 */
export function sandboxHtml(result: SandboxResult): string {
  const { scenarios } = result;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${CONTENT_SECURITY_POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${verdictOf(scenarios)}, Interlock sandbox</title>
        <link rel="icon" href="${ICON}" />
        ${STYLE_ELEMENT}
      </head>
      <body>
        ${shapes}
        <main>${headline(result)} ${scenarios.length > 0 && summary(scenarios)} ${scenarios.map(scenarioView)}</main>
        <footer>
          <p>
            Each scenario runs twice: straight on a mock business, then through the door. Harm is what the business
            itself recorded and its oracle says must never happen. Times count from each run's first event, shown as
            03:00:00.000.
          </p>
        </footer>
      </body>
    </html> `.markup;
}

/** Made whole: a formatter that moved a space within the element would break its hash. */
const STYLE_ELEMENT = trusted(`<style>${STYLE}</style>`);

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${STYLE_HASH}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Without an icon of its own, a browser asks the server for one. */
const ICON = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path fill="#3a6ea5" d="M2 2h5v12H2zM9 2h5v12H9z"/></svg>',
)}`;
