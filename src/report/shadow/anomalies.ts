import type { Anomaly, AnomalyTest } from '../../evidence/anomalies/anomaly.ts';
import type { ShadowEvidence } from '../../evidence/shadow/evidence.ts';
import { type Html, html } from '../html.ts';
import { counted, grouped } from '../page/amounts.ts';
import type { Numbers } from './numbers.ts';
import { minuteText } from './words.ts';

/** What each test looks for. */
export const TESTS: Readonly<Record<AnomalyTest, string>> = {
  trip: 'A rule asked to stop the agent',
  refused_then_through: 'Refused, and then let through',
  after_failed_read: 'Written although the read before had failed',
  rests_on_made_up: 'Written with a value that was made up',
  repeated_in_session: 'The same subject again in one session',
  kept_trying: 'Refused again and again',
  near_limit: 'Amounts gather right below a limit',
  large_amount: 'Unusually large amounts',
  new_payee: 'Money to somebody new',
  without_reading: 'Written without having looked',
  burst: 'Many writes at once',
  busy_hour: 'An unusually busy hour',
  new_route: 'A route that came up late',
  long_session: 'Unusually long sessions',
  repeated_across_sessions: 'The same subject again in other sessions',
};

/** So many of each test are open; the rest follow on demand. */
const OPEN_EACH = 4;

/** The strongest findings, test by test, in the order of their scores. */
export function anomaliesView({ anomalies, scope }: ShadowEvidence, numbers: Numbers): Html {
  const { ranked, tests } = anomalies;
  const by = Map.groupBy(ranked, ({ test }) => test);
  const quiet = tests.filter(({ found }) => found === 0);
  return html`${ranked.length === 0 && html`<p>No test found anything.</p>`}
    <ol class="anomalies">
      ${[...by].map(([test, found]) => {
        const total = tests.find((each) => each.test === test)?.found ?? found.length;
        const [shown, rest] = [found.slice(0, OPEN_EACH), found.slice(OPEN_EACH)];
        const line = (anomaly: Anomaly): Html => anomalyLine(anomaly, scope.timeZone, numbers);
        return html`<li>
          <h3>${TESTS[test]} <span class="quiet">${grouped(String(total))}</span></h3>
          <ul>
            ${shown.map(line)}
          </ul>
          ${
            rest.length > 0 &&
            html`<details>
              <summary>
                ${counted(rest.length, 'more', 'more')}${total > found.length && `, of ${grouped(String(total - OPEN_EACH))}: the strongest`}
              </summary>
              <ul>
                ${rest.map(line)}
              </ul>
            </details>`
          }
        </li>`;
      })}
    </ol>
    ${quiet.length > 0 && html`<p class="quiet after">Looked for and not found: ${quiet.map(({ test }) => TESTS[test].toLowerCase()).join('; ')}.</p>`}`;
}

function anomalyLine({ what, why, at, score, behind }: Anomaly, timeZone: string, numbers: Numbers): Html {
  return html`<li>
    <p><bdi>${what}</bdi></p>
    <p class="quiet"><bdi>${why}</bdi>. ${minuteText(at, timeZone)}. ${numbers.calls(behind)}. Score ${score}.</p>
  </li>`;
}
