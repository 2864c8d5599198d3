import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readLabels } from './labels.ts';
import { makeShadowJournals } from './shadow-journals.ts';
import { evaluated } from './shadow/evaluation.ts';
import { shadowFigures } from './shadow/figures.ts';
import { resultOf } from './shadow/results.ts';
import { studied } from './shadow/study.ts';

// `npm run shadow-study`: the recorded runs as shadow journals, compared, replayed, reported; and only then what the labels say.
const root = path.join(import.meta.dirname, '..');
const dir = path.resolve(process.argv[2] ?? path.join(root, 'reports', 'shadow-study'));
const began = performance.now();
const step = (what: string): void =>
  console.log(`${((performance.now() - began) / 1_000).toFixed(1).padStart(6)} s  ${what}`);

rmSync(dir, { recursive: true, force: true });
mkdirSync(dir, { recursive: true });
const { journals, labels } = await makeShadowJournals(dir);
step(`${journals.length} shadow journals in ${path.relative(process.cwd(), dir)}`);
const studies = journals.map((journal) => {
  const study = studied(dir, journal);
  step(`${journal.suite}: compared with the reference actions, replayed under two candidates, drawn for review`);
  return study;
});

const known = readLabels(labels);
const results = studies.map((study) => resultOf(study, evaluated(study, known)));
step('evaluated by the labels');
const figures = shadowFigures(studies, results);
const kept = path.join(import.meta.dirname, 'results');
writeFileSync(path.join(kept, 'shadow.json'), `${JSON.stringify(results, null, 2)}\n`);
writeFileSync(path.join(kept, 'shadow.md'), `${figures}\n`);
console.log(`\n${figures}`);
