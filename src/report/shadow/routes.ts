import type { ShadowEvidence } from '../../evidence/shadow/evidence.ts';
import type { RouteUse } from '../../evidence/shadow/intents.ts';
import { UNROUTED } from '../../replay/request-again.ts';
import { type Html, html } from '../html.ts';
import { grouped } from '../page/amounts.ts';
import { table } from '../page/table.ts';
import type { Numbers } from './numbers.ts';
import { lengthText, moneyText, shareText } from './words.ts';

/** More than these are in the JSON: nobody reads a table of a thousand routes. */
const ROUTES_SHOWN = 60;

/** Writes by route and effect, with their money; and reads with how their upstream answered. */
export function routesView({ routes }: ShadowEvidence, numbers: Numbers): Html {
  const writes = routes.filter(({ effect }) => effect !== 'read');
  const reads = routes.filter(({ effect }) => effect === 'read');
  return html`${writes.length === 0 ? html`<p>It asked for no write.</p>` : writesTable(writes, numbers)}
  ${
    reads.length > 0 &&
    html`<h3 class="after">Reads, as their upstreams answered</h3>
      ${readsTable(reads, numbers)}`
  }`;
}

const more = (routes: readonly RouteUse[]): Html | null =>
  routes.length > ROUTES_SHOWN
    ? html`<p class="quiet">${grouped(String(routes.length - ROUTES_SHOWN))} more routes are in the JSON.</p>`
    : null;

function writesTable(writes: readonly RouteUse[], numbers: Numbers): Html {
  return html`${table({
    caption: 'Writes by route',
    columns: [
      { name: 'Route', wide: true },
      { name: 'Meant', figure: true },
      { name: 'Refused or held', figure: true },
      { name: 'Money meant', figure: true },
      { name: 'Largest', figure: true },
      { name: 'Subjects', figure: true },
      { name: 'Sessions', figure: true },
    ],
    rows: writes
      .slice(0, ROUTES_SHOWN)
      .map(({ route, effect, meant, stopped, money, subjects, sessions }) => [
        route === UNROUTED
          ? html`<code>${route}</code> <span class="effect">no route of the policy</span>`
          : html`<code>${route}</code> <span class="effect ${effect}">${effect}</span>`,
        numbers.link(meant, `writes by ${route}`),
        numbers.link(stopped, `${route}, refused or held`),
        money.map(
          ({ sum, behind }) =>
            html`<span class="line"
              >${numbers.link(behind, `${route} with an amount in ${sum.currency}`, moneyText(sum))}</span
            >`,
        ),
        money.map(({ largest }) => html`<span class="line">${moneyText(largest)}</span>`),
        grouped(String(subjects)),
        grouped(String(sessions)),
      ]),
  })}${more(writes)}`;
}

function readsTable(routes: readonly RouteUse[], numbers: Numbers): Html {
  // A recording without times has none of these either.
  const ms = (value: number | null | undefined): string =>
    value === null || value === undefined || value === 0 ? '' : lengthText(value);
  return html`${table({
    caption: 'Reads by route',
    columns: [
      { name: 'Route', wide: true },
      { name: 'Calls', figure: true },
      { name: 'Answered', figure: true },
      { name: 'Failed', figure: true },
      { name: 'Half within', figure: true },
      { name: '95 % within', figure: true },
      { name: 'Slowest', figure: true },
    ],
    rows: routes
      .slice(0, ROUTES_SHOWN)
      .map(({ route, calls, reads }) => [
        html`<code>${route}</code>`,
        numbers.link(calls, `calls of ${route}`),
        reads === null ? '0' : numbers.link(reads.behind, `${route}, answered by its upstream as it stands`),
        reads === null
          ? ''
          : html`${numbers.link(reads.failed, `${route}, failed`)}
              <span class="quiet">${shareText(reads.failed.count, reads.behind.count)}</span>`,
        ms(reads?.p50Ms),
        ms(reads?.p95Ms),
        ms(reads?.slowestMs),
      ]),
  })}${more(routes)}`;
}
