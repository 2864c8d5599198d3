import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { faultsOf, runStudy } from './study.ts';
import { table } from './table.ts';

/**
 * `npm run gate-study`: how often the gate's statistics are wrong, by simulation. Exits 1 where that is more often than promised.
 * With fewer than 20,000 `--runs` it writes nothing.
 */
const RUNS = 20_000;
const { values } = parseArgs({
  options: { runs: { type: 'string', default: String(RUNS) }, seed: { type: 'string', default: '1' } },
});

const runs = Number(values.runs);
const study = runStudy(runs, Number(values.seed));
const text = table(study);
console.log(text);
const faults = faultsOf(study);
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;

if (runs >= RUNS) {
  writeFileSync(path.join(import.meta.dirname, 'results.json'), `${JSON.stringify(study, null, 2)}\n`);
  const page = path.join(import.meta.dirname, '..', 'docs', 'gate-study.md');
  const [before, , after] = readFileSync(page, 'utf8').split(/<!-- figures:(?:begin|end) -->/);
  if (before === undefined || after === undefined) {
    throw new Error(`Failed to write the figures: ${page} lost its marks`);
  }
  writeFileSync(page, `${before}<!-- figures:begin -->\n\n${text}\n\n<!-- figures:end -->${after}`);
}
