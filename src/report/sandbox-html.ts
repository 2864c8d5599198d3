import type { SandboxResult } from '../lab/sandbox/result.ts';
import { documentOf, styleOf } from './document.ts';
import { html } from './html.ts';
import { shapes } from './page/marks.ts';
import { scenarioView } from './page/scenario.ts';
import { STYLE } from './page/style.ts';
import { headline, summary, verdictOf } from './page/summary.ts';

/** The run for people. */
export function sandboxHtml(result: SandboxResult): string {
  const { scenarios } = result;
  return documentOf(
    `${verdictOf(scenarios)}, Interlock sandbox`,
    SHEET,
    html`${shapes}
      <main>${headline(result)} ${scenarios.length > 0 && summary(scenarios)} ${scenarios.map(scenarioView)}</main>
      <footer>
        <p>
          Each scenario runs twice: straight on a mock business, then through the door. Harm is what the business itself
          recorded and its oracle says must never happen. Times count from each run's first event, shown as
          03:00:00.000.
        </p>
      </footer>`,
  );
}

const SHEET = styleOf(STYLE);
