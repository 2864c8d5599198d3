import type { Behind } from '../../evidence/shadow/behind.ts';
import type { CallEssentials } from '../../evidence/shadow/appendix.ts';
import { type Html, html } from '../html.ts';
import { counted, grouped } from '../page/amounts.ts';
import { type Place, queryFor } from './commands.ts';

/** A number that leads to its calls. */
interface Numbered {
  readonly what: string;
  readonly behind: Behind;
}

/** A page with more links than this is a list of links; the numbers beyond stand without one, and the JSON has them all. */
export const NUMBERS_MAX = 900;

/** Collects the numbers of a page as they are written, for the list at its end that says what stands behind each. */
export class Numbers {
  readonly #listed: Numbered[] = [];
  readonly #indexOf = new Map<string, number>();
  readonly #anchors: ReadonlyMap<string, string>;
  readonly #place: Place;
  #left = 0;

  constructor(place: Place, calls: readonly CallEssentials[]) {
    this.#place = place;
    this.#anchors = new Map(calls.map(({ call }, index) => [call, `c${index + 1}`]));
  }

  /** The count of calls, or `shown`, as a link to what stands behind it. */
  link(behind: Behind, what: string, shown = grouped(String(behind.count))): Html {
    if (behind.count === 0) return html`<span class="zero">${shown}</span>`;
    const index = this.#indexed(behind, what);
    return index === undefined ? html`${shown}` : html`<a class="n" href="#n${index}">${shown}</a>`;
  }

  #indexed(behind: Behind, what: string): number | undefined {
    const known = this.#indexOf.get(behind.where);
    if (known !== undefined) return known;
    if (this.#listed.length >= NUMBERS_MAX) {
      this.#left += 1;
      return undefined;
    }
    const index = this.#listed.push({ what, behind });
    this.#indexOf.set(behind.where, index);
    return index;
  }

  /** A call's id, as a link to what it was where the page shows it. */
  call(call: string): Html {
    const anchor = this.#anchors.get(call);
    return anchor === undefined ? html`<code>${call}</code>` : html`<a href="#${anchor}"><code>${call}</code></a>`;
  }

  anchorOf(call: string): string | undefined {
    return this.#anchors.get(call);
  }

  /** Calls in a row, and how many more there are. */
  calls({ calls, count }: Behind): Html {
    const rest = count - calls.length;
    return html`${calls.map((call, index) => html`${index > 0 && ', '}${this.call(call)}`)}${rest > 0 && html` <span class="quiet">and ${grouped(String(rest))} more</span>`}`;
  }

  /** What stands behind each number, in the order in which they were met. Rendered last. */
  list(): Html {
    return html`<details class="fold">
        <summary>${counted(this.#listed.length, 'number')}</summary>
        <ol class="numbers">
          ${this.#listed.map(
            ({ what, behind }, index) =>
              html`<li id="n${index + 1}">
                <p><b>${grouped(String(behind.count))}</b> <bdi>${what}</bdi>: ${this.calls(behind)}</p>
                <pre><code>${queryFor(this.#place, behind)}</code></pre>
              </li>`,
          )}
        </ol>
      </details>
      ${this.#left > 0 && html`<p class="quiet">${grouped(String(this.#left))} more numbers have no entry here; the report's JSON has one for each.</p>`}`;
  }
}
