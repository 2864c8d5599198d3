import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readAnswer } from './answer.ts';
import { GUARD_FACTS } from './guard-facts.ts';
import { stopsOf, withTable } from './guard-table.ts';
import { FOLDER, readPages, type Page } from './page.ts';
import { loadPagePolicy, runPage, withAnswers } from './run-page.ts';

/*
 * The pages in docs/guards are run. A page is a transcript, in this order:
 *
 * - ```yaml blocks with `version: 1` are whole policies; the page runs under the first, at a door of its own.
 * - ```sh blocks with $INTERLOCK are what its reader types: `curl` with -i, -X, -H, -d and --json against $INTERLOCK with
 *   $TOKEN (a grant of the policy's first agent), and `npx interlock kill|resume|approve`, in a small shell: see `shell.ts`
 *   and `operator.ts`. Anything else fails.
 * - ```http blocks are the answer to the last request so far: status line, the headers worth showing, an empty line, body.
 *   An id in it may be used by commands further down.
 * - <!-- upstream: GET /v1/charges/ch_1 → 200 {"refunded": true} --> says what the upstream answers: see `stand-in.ts`.
 * - A page about several guards says so on a line of its own: `Guards: error-rate, latency, denials`.
 *
 * Compared are the status, the headers shown and every member of the body, ids, times and seconds aside.
 * `UPDATE_DOCS=1 npx vitest run test/docs` writes what really came into blocks that differ (an empty ```http block gets all
 * of it), and the table of index.md.
 */
const UPDATES = process.env['UPDATE_DOCS'] === '1';
const INDEX = path.join(FOLDER, 'index.md');

const pages = readPages();

/** Says that a file is as it should be, or makes it so. */
function settle(file: string, is: string, right: string): void {
  if (!UPDATES) expect(is).toBe(right);
  else if (is !== right) writeFileSync(file, right);
}

describe.each(pages)('$name', (page) => {
  test('every policy it shows loads', () => {
    for (const text of page.policies) expect(() => loadPagePolicy(text, page)).not.toThrow();
  });

  test('what it shows is what happens', async () => {
    expect(page.steps.map(({ kind }) => kind)).toContain('answer');
    const right = await withAnswers(page, await runPage(page));
    settle(page.file, page.text, right);
  });

  test('every denial it shows is as the table of guards says', () => {
    for (const { status, body } of denials(page)) {
      const facts = GUARD_FACTS.find(({ guard }) => guard === body.guard);
      expect(facts?.reasons.get(body.error.code)).toContain(status);
      // Whoever was frozen by it waits for a human, whatever the guard would say otherwise.
      if (body.trip !== undefined) expect([body.retryable, body.next.do]).toEqual(['never', 'stop']);
      else {
        expect(facts?.retryable).toContain(body.retryable);
        expect(facts?.next).toContain(body.next.do);
      }
    }
  });

  test('every page it links to is there', () => {
    const linked = [...page.text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, link]) => link as string);
    expect(linked.filter((link) => !existsSync(path.join(FOLDER, link)))).toEqual([]);
  });

  test('it names every reason of its guards', () => {
    const reasons = GUARD_FACTS.filter(({ guard }) => page.guards.includes(guard)).flatMap((one) => [
      ...one.reasons.keys(),
    ]);
    expect(reasons.filter((reason) => !page.text.includes(`\`${reason}\``))).toEqual([]);
  });
});

test('every guard has a page', () => {
  const described = new Set(pages.flatMap(({ guards }) => guards));
  expect(GUARD_FACTS.map(({ guard }) => guard).filter((guard) => !described.has(guard))).toEqual([]);
});

test('the table says what the sources say', () => {
  const index = readFileSync(INDEX, 'utf8');
  const right = withTable(index, pages);
  settle(INDEX, index, right);
});

test('the table says in a few words what each guard stops', () => {
  const stops = stopsOf(readFileSync(INDEX, 'utf8'));
  for (const { guard } of GUARD_FACTS) expect([guard, stops.get(guard)?.split(' ').length]).toEqual([guard, 5]);
});

/** A denial's body, as far as the table speaks of it. */
interface DenialBody {
  readonly guard: string;
  readonly retryable: string;
  readonly trip?: string;
  readonly next: { readonly do: string };
  readonly error: { readonly code: string };
}

function denials({ steps }: Page): { readonly status: number; readonly body: DenialBody }[] {
  return steps.flatMap((step) => {
    const answer = step.kind === 'answer' ? readAnswer(step.text) : undefined;
    if (answer?.headers['interlock-verdict'] === undefined) return [];
    return { status: answer.status, body: JSON.parse(answer.body) as DenialBody };
  });
}
