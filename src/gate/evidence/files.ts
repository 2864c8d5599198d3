import { createHash, hash } from 'node:crypto';
import { createReadStream, readdirSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { LoadedPolicy } from '../../policy/index.ts';
import type { Asked } from './asked.ts';
import { isDirectory } from './actuals.ts';
import type { EvidenceFile } from './evidence.ts';
import type { Head } from './journal.ts';

/** SHA-256 of all that evidence was read from: whoever has the same files can make it again. */
export async function filesOf(
  { policy, dir, actuals, labels, sandboxDir, probeFile, baselineDir }: Asked,
  head: Head | null,
): Promise<readonly EvidenceFile[]> {
  const named: readonly (readonly [name: string, place: string | undefined])[] = [
    ['actuals', actuals?.place],
    ['labels', labels],
    ['sandbox', sandboxDir],
    ['probe', probeFile],
    ['baseline', baselineDir],
  ];
  const files: EvidenceFile[] = [
    { name: 'policy', file: policy.file, sha256: policyHash(policy) },
    // Its last record's hash stands for every one before it.
    ...(head === null ? [] : [{ name: 'journal', file: dir, sha256: head.hash }]),
  ];
  for (const [name, file] of named) {
    if (file !== undefined) files.push({ name, file, sha256: await hashOf(file) });
  }
  return files;
}

/** Of its own text and of every file that it includes. */
function policyHash({ text, includes }: LoadedPolicy): string {
  const names = Object.keys(includes).toSorted();
  return names.length === 0
    ? hash('sha256', text)
    : hash('sha256', [text, ...names.map((name) => `${name}\0${includes[name] ?? ''}`)].join('\0'));
}

/** Of a directory, over a line of digest and name for each of its files, in the order of their names. */
async function hashOf(place: string): Promise<string> {
  if (!isDirectory(place)) return hashOfFile(place);
  const whole = createHash('sha256');
  for (const name of [...filesBelow(place)].toSorted())
    whole.update(`${await hashOfFile(path.join(place, name))} ${name}\n`);
  return whole.digest('hex');
}

/** What a link leads to is read like any other file, and so must count; one that leads back is followed no further. */
function* filesBelow(place: string, within = '', seen = new Set<string>()): Generator<string> {
  const directory = path.join(place, within);
  const real = realpathSync(directory);
  if (seen.has(real)) return;
  seen.add(real);
  for (const entry of readdirSync(directory).toSorted()) {
    const name = within === '' ? entry : `${within}/${entry}`;
    const found = statSync(path.join(place, name), { throwIfNoEntry: false });
    if (found?.isDirectory() === true) yield* filesBelow(place, name, seen);
    else if (found?.isFile() === true) yield name;
  }
}

async function hashOfFile(file: string): Promise<string> {
  const digest = createHash('sha256');
  await pipeline(createReadStream(file), digest);
  return digest.digest('hex');
}
