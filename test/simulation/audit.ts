import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Prng } from '../../src/std/prng.ts';
import { redecide, verifyJournal, type Recorded } from '../../src/journal/index.ts';
import { loadRecorded, type LoadedPolicy } from '../../src/policy/index.ts';
import { DATA } from './incarnation.ts';
import type { Oracle } from './oracle.ts';

/** Memory, where there is some: these files are read once. */
const ROOT = fs.existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir();

/** Policies compiled from what journals recorded of them, by their texts. */
const COMPILED = new Map<string, LoadedPolicy>();

type Files = Iterable<readonly [file: string, bytes: Buffer]>;

/** What an auditor does with a journal: verifies every byte, decides every call again, and sees that damage is found. */
export async function audit(records: readonly Recorded[], files: Files, random: Prng, oracle: Oracle): Promise<void> {
  checkVerdicts(records, oracle);
  await onFiles(files, async (dir) => {
    await verify(dir, oracle);
    await corrupt(dir, random, oracle);
  });
}

/** I7: what a start built on, and has mended, verifies. */
export async function verified(files: Files, oracle: Oracle): Promise<void> {
  await onFiles(files, (dir) => verify(dir, oracle));
}

async function verify(dir: string, oracle: Oracle): Promise<void> {
  const found = await verifyJournal(dir);
  if (!found.ok) oracle.break('I7', `${found.file} at ${found.offset}: ${found.problem}`);
  else if (found.torn !== undefined) oracle.break('I7', `a torn tail was left in ${found.torn.file}`);
}

/** I8: the journal's own policies say of its own facts what it says that they said. */
function checkVerdicts(records: readonly Recorded[], oracle: Oracle): void {
  const { differences } = redecide(records, (recorded) => {
    let loaded = COMPILED.get(recorded.text);
    if (loaded === undefined) {
      const result = loadRecorded(recorded);
      if (!result.ok) throw new Error(`the policy of the journal does not load: ${JSON.stringify(result.failure)}`);
      COMPILED.set(recorded.text, (loaded = result.value));
    }
    return loaded.policy;
  });
  for (const difference of differences.slice(0, 3)) oracle.break('I8', JSON.stringify(difference));
}

async function corrupt(dir: string, random: Prng, oracle: Oracle): Promise<void> {
  const segments = path.join(dir, 'segments');
  const names = fs.readdirSync(segments).sort();
  const file = path.join(segments, names[random.below(names.length)] ?? '');
  const bytes = fs.readFileSync(file);
  if (bytes.length === 0) return;
  const at = random.below(bytes.length);
  const changed = Buffer.from(bytes);
  changed[at] = (bytes[at] as number) ^ (1 << random.below(8));
  fs.writeFileSync(file, changed);
  const verified = await verifyJournal(dir);
  if (verified.ok) oracle.break('I7', `a flipped bit at ${at} of ${path.basename(file)} was not found`);
  fs.writeFileSync(file, bytes);
}

/** The verifier shares nothing with the journal, not even an idea of its disk: it gets real files. */
async function onFiles(files: Files, use: (dir: string) => Promise<void>): Promise<void> {
  const dir = fs.mkdtempSync(path.join(ROOT, 'simulation-'));
  try {
    for (const [file, bytes] of files) {
      if (!/segments|snapshots/.test(file)) continue;
      const copy = path.join(dir, path.relative(DATA, file));
      fs.mkdirSync(path.dirname(copy), { recursive: true });
      fs.writeFileSync(copy, bytes);
    }
    await use(dir);
  } finally {
    fs.rmSync(dir, { recursive: true, force: true });
  }
}
