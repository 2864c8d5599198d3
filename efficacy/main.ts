import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { figures } from './figures.ts';
import { runStudy } from './study.ts';

// `npm run efficacy`: how much harm of real agents each guard would have stopped, and how much good work with it.
const study = runStudy();
const text = figures(study);
console.log(text);

const results = path.join(import.meta.dirname, 'results');
mkdirSync(results, { recursive: true });
writeFileSync(path.join(results, 'latest.json'), `${JSON.stringify(study, null, 2)}\n`);

const page = path.join(import.meta.dirname, '..', 'docs', 'efficacy.md');
const [before, , after] = readFileSync(page, 'utf8').split(/<!-- figures:(?:begin|end) -->/);
if (before === undefined || after === undefined) throw new Error(`Failed to write the figures: ${page} lost its marks`);
writeFileSync(page, `${before}<!-- figures:begin -->\n\n${text}\n\n<!-- figures:end -->${after}`);
