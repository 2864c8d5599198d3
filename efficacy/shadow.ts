import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readLabels } from './labels.ts';
import { makeShadowJournals } from './shadow-journals.ts';
import { evaluated } from './shadow/evaluation.ts';
import { shadowFigures } from './shadow/figures.ts';
import { resultOf } from './shadow/results.ts';
import { studied } from './shadow/study.ts';

// `npm run shadow-study`: the recorded runs as shadow journals, compared, replayed, reported; and only then what the labels say.
const root = path.join(import.meta.dirname, '..');
const [named] = process.argv.slice(2);
const dir = path.resolve(named ?? path.join(root, 'reports', 'shadow-study'));
if (named !== undefined && existsSync(named))
  throw new Error(`Failed to begin: ${named} exists. Name a fresh directory.`);
const began = performance.now();
const step = (what: string): void =>
  console.log(`${((performance.now() - began) / 1_000).toFixed(1).padStart(6)} s  ${what}`);

rmSync(dir, { recursive: true, force: true });
mkdirSync(dir, { recursive: true });
const journals = await makeShadowJournals(dir);
step(`${journals.length} shadow journals in ${path.relative(process.cwd(), dir)}`);
const studies = journals.map((journal) => {
  const study = studied(dir, journal);
  step(`${journal.suite}: compared with the reference actions, replayed under two candidates, drawn for review`);
  return study;
});

const known = readLabels(journals.map(({ labels }) => labels));
for (const { suite, journal, files } of studies) {
  const out = path.join(dir, `report-${suite}`);
  // Named from here: the report repeats these names, and nobody else has this directory.
  const from = (file: string): string => path.relative(root, file);
  const beside = [
    '--divergence',
    from(files.divergence),
    '--replay',
    from(files.replay),
    '--evaluation',
    from(journal.labels),
  ];
  const command = ['report', '--data', from(journal.dir), '--agent', 'service', ...beside, '--out', from(out)];
  execFileSync(process.execPath, [path.join(root, 'bin', 'interlock.js'), ...command], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  step(`${suite}: ${path.relative(process.cwd(), out)}/index.html`);
}

const results = studies.map((study) => resultOf(study, evaluated(study, known)));
step('evaluated by the labels');
// The kept sample is this report: whoever runs the study sees whether it still is.
if (named === undefined) {
  const sample = path.join(root, 'reports', 'sample', 'shadow', 'report.md');
  cpSync(path.join(dir, 'report-airline', 'report.md'), sample);
}
const figures = shadowFigures(studies, results);
const kept = path.join(import.meta.dirname, 'results');
writeFileSync(path.join(kept, 'shadow.json'), `${JSON.stringify(results, null, 2)}\n`);
writeFileSync(path.join(kept, 'shadow.md'), `${figures}\n`);
console.log(`\n${figures}`);
