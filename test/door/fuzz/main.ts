import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { verifyJournal } from '../../../src/journal/index.ts';
import { Arena, TRANSPORTS, type TransportName } from './arena.ts';
import { attack } from './attack.ts';
import { violationsOf, type Violation } from './views.ts';

// `npm run fuzz`: mutated requests against a listening door, and three views compared (test/door/fuzz/views.ts).
//   --cases N       how many in all; 2,000 unless said otherwise
//   --seed S        what is sent; the same seed sends the same
//   --transport T   `undici`, `http-proxy`, or `both`, in halves
const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '2000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    transport: { type: 'string', default: 'both' },
  },
});
const seed = Number(values.seed);
const transports = Object.keys(TRANSPORTS).filter(
  (name): name is TransportName => values.transport === 'both' || name === values.transport,
);
if (transports.length === 0) throw new Error(`--transport must be both, ${Object.keys(TRANSPORTS).join(' or ')}`);

/** A run of this many is one property: what fails in it is shrunk, and the next run begins. */
const RUN = 500;
const kinds: Record<Violation['kind'], number> = { crash: 0, hang: 0, smuggled: 0, difference: 0 };
const outcomes = new Map<string, number>();
const count = (outcome: string): unknown => outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
const started = performance.now();
let cases = 0;

for (const [half, transport] of transports.entries()) {
  const arena = await Arena.open(transport);
  const share = Math.ceil(Number(values.cases) / transports.length);
  for (let done = 0; done < share; done += RUN) {
    let violations: readonly Violation[] = [];
    let text = '';
    const property = fc.asyncProperty(attack, async (one) => {
      const seen = await arena.run(one);
      cases += 1;
      for (const entry of seen.recorded) {
        if (entry.kind === 'call') count(`call ${entry.verdict}`);
        if (entry.kind === 'refusal') count(`${entry.status} ${entry.reason}`);
      }
      const found = violationsOf(seen, arena.token);
      for (const { kind } of found) kinds[kind] += 1;
      if (found.length > 0) [violations, text] = [found, seen.text.replaceAll(arena.token, '‹token›')];
      return found.length === 0;
    });
    const numRuns = Math.min(RUN, share - done);
    const run = await fc.check(property, { seed: seed + half * 1_000_003 + done, numRuns });
    if (!run.failed) continue;
    console.log(`${transport}: seed ${run.seed}, path ${run.counterexamplePath}, after ${run.numShrinks} shrinks`);
    console.log(JSON.stringify(run.counterexample?.[0]));
    console.log(JSON.stringify(text));
    for (const { kind, what } of violations) console.log(`  ${kind}: ${what.slice(0, 2_000)}`);
  }
  await arena.close();
  const verified = await verifyJournal(arena.dir);
  if (!verified.ok) throw new Error(`the journal of ${transport} does not verify: ${JSON.stringify(verified)}`);
}

for (const [outcome, times] of [...outcomes].sort(([, a], [, b]) => b - a)) console.log(`${times}\t${outcome}`);
const seconds = ((performance.now() - started) / 1000).toFixed(0);
console.log(
  `${cases} cases (seed ${seed}, ${transports.join(' and ')}, ${seconds} s): ` +
    `${kinds.crash} crashes, ${kinds.hang} hangs, ${kinds.smuggled} smuggled, ${kinds.difference} differences`,
);
process.exitCode = Object.values(kinds).some((times) => times > 0) ? 1 : 0;
