import { parseArgs } from 'node:util';
import { prng } from '../../src/std/prng.ts';
import type { Mutant } from './mutant.ts';
import { MUTANTS } from './mutants.ts';
import { Workshop, type Fared } from './workshop.ts';

// `npm run mutants`: spoils a copy of the product in each of the ways of the list, and runs the test that must notice.
// `--only WORDS`: those whose name holds the words. `--sample N --seed S`: N of them, drawn by the seed.
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: '2' },
  },
});

const named = MUTANTS.filter(({ name }) => name.includes(values.only ?? ''));
const chosen = values.sample === undefined ? named : drawn(named, Number(values.sample), Number(values.seed));
const waiting = [...chosen];
const sound = new Map<string, Promise<Fared>>();
let missed = 0;

await Promise.all(Array.from({ length: Number(values.workers) }, work));
console.log(`${chosen.length} mutants, ${chosen.length - missed} caught, ${missed} missed`);
process.exitCode = missed === 0 && chosen.length > 0 ? 0 : 1;

async function work(): Promise<void> {
  const workshop = new Workshop();
  try {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const said = await verdict(mutant, workshop);
      if (said !== 'caught') missed += 1;
      console.log(`${said.padEnd(8)} ${mutant.breaks.join(' ').padEnd(8)} ${mutant.name} (${mutant.caughtBy})`);
    }
  } finally {
    workshop.close();
  }
}

/** A test that fails on the sound product, or cannot be loaded, catches nothing. */
async function verdict(mutant: Mutant, workshop: Workshop): Promise<'caught' | 'MISSED' | 'BROKEN'> {
  const key = `${mutant.caughtBy} ${mutant.named ?? ''}`;
  const before = sound.get(key) ?? workshop.sound(mutant);
  sound.set(key, before);
  if ((await before) !== 'passed') return 'BROKEN';
  const fared = await workshop.spoilt(mutant);
  return fared === 'failed' ? 'caught' : fared === 'passed' ? 'MISSED' : 'BROKEN';
}

function drawn(from: readonly Mutant[], count: number, seed: number): readonly Mutant[] {
  const random = prng(seed);
  const rest = [...from];
  const picked: Mutant[] = [];
  while (picked.length < count && rest.length > 0) picked.push(...rest.splice(random.below(rest.length), 1));
  return picked;
}
