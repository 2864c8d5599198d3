import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { loadPolicy, type EvidenceTerms, type PromotionTerms } from '../../src/policy/index.ts';
import { formatShare } from '../../src/std/share.ts';

const PAGE = path.join(import.meta.dirname, '../../docs/promotion-terms.md');
const text = readFileSync(PAGE, 'utf8');
const block = (language: string): string =>
  new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(text)?.[1] ?? '';
const policy = block('yaml');

const home = process.cwd();
const dir = mkdtempSync(path.join(tmpdir(), 'interlock-docs-'));
beforeAll(() => {
  process.chdir(dir);
});
afterAll(() => {
  process.chdir(home);
  rmSync(dir, { recursive: true });
});

/** What a policy demands that says nothing but that something is demanded. */
function defaults(): PromotionTerms {
  const loaded = loadPolicy(policy.replace(/^promotion:[\s\S]*/m, 'promotion: {}\n'), 'interlock.yaml');
  if (!loaded.ok || typeof loaded.value.promotion !== 'object') throw new Error(JSON.stringify(loaded));
  return loaded.value.promotion;
}

const sure = (confidence: number): string => formatShare(Math.round(confidence * 1_000_000));

function evidence({ strata, harmBelow, agreementAbove, ...terms }: EvidenceTerms): Record<string, string> {
  return {
    days: String(terms.days),
    sessions: String(terms.sessions),
    writes: String(terms.writes),
    harm: `< ${formatShare(harmBelow ?? 0)}`,
    agreement: `> ${formatShare(agreementAbove ?? 0)}`,
    confidence: sure(terms.confidence),
    look: typeof terms.look === 'string' ? terms.look : `{ sessions: ${terms.look.sessions} }`,
    reviewed: formatShare(terms.reviewedAtLeast ?? 0),
    errors: formatShare(terms.errorsAtMost ?? 0),
    steady: String(terms.steady),
    ...Object.fromEntries(Object.entries(strata).map(([key, count]) => [`strata.${key}`, String(count)])),
  };
}

test('the tables say what is demanded where nothing is written', () => {
  const { people, expiresMs, targets, demotion } = defaults();
  const { evidence: wayIn, each, scenarios, probe, efficacy } = targets.get('limited')!;
  const [first, step] = [evidence(wayIn), evidence(each!)];
  const rows = new Map(
    [...text.matchAll(/^\| `([\w.]+)` \| (.*) \| [^|]* \|$/gm)].map(([, key = '', values = '']) => [key, values]),
  );
  for (const key of Object.keys(first)) {
    // The keys of `demote` that have the names of others come later and are looked at below.
    const row = new RegExp(`^\\| \`${key.replace('.', '\\.')}\` \\| (\\S.*?) \\| (\\S.*?) \\| [^|]* \\|$`, 'm').exec(
      text,
    );
    expect([key, row?.[1], row?.[2]]).toEqual([key, first[key], step[key]]);
  }
  expect(rows.get('people')).toBe(String(people));
  expect(rows.get('expires')).toBe(`${expiresMs / 86_400_000}d`);
  expect(rows.get('scenarios')).toBe(scenarios);
  expect(rows.get('probe.runs')).toBe(String(probe?.runs));
  expect(rows.get('efficacy.caught')).toBe(formatShare(efficacy!.caughtAtLeast));
  expect(rows.get('efficacy.wronglyStopped')).toBe(formatShare(efficacy!.stoppedWronglyAtMost));
  expect(targets.get('production')?.evidence).toEqual(wayIn);
  const back = text.slice(text.indexOf('## What takes it back'));
  const line = (key: string): string | undefined => new RegExp(`^\\| \`${key}\` \\| (.*?) \\|`, 'm').exec(back)?.[1];
  expect(['harm', 'disagreement', 'errors', 'drift', 'confidence'].map(line)).toEqual([
    `> ${formatShare(demotion.harmAbove ?? 0)}`,
    `> ${formatShare(demotion.disagreementAbove ?? 0)}`,
    `> ${formatShare(demotion.errorsAbove ?? 0)}`,
    String(demotion.drift),
    sure(demotion.confidence),
  ]);
});

/** `UPDATE_DOCS=1` writes what really came. */
test('`interlock check` prints what the page shows', async () => {
  writeFileSync('interlock.yaml', policy);
  const shown = block('console');
  const [line = ''] = shown.split('\n');
  let came = `${line}\n`;
  const print = vi.spyOn(console, 'log').mockImplementation((more: string) => void (came += `${more}\n`));
  try {
    await main(line.split(' ').slice(3));
  } finally {
    print.mockRestore();
  }
  if (process.env['UPDATE_DOCS'] === undefined) expect(came).toBe(shown);
  else
    writeFileSync(
      PAGE,
      text.replace(shown, () => came),
    );
});
