import { readFile, stat } from 'node:fs/promises';
import type { Divergence } from '../../evidence/divergence/model.ts';
import { readLabels } from '../../evidence/shadow/labels.ts';
import type { Label } from '../../evidence/shadow/evaluation.ts';
import type { Beside } from '../../evidence/shadow/evidence.ts';
import type { Scope } from '../../evidence/shadow/scope.ts';
import type { Source } from '../../evidence/shadow/source.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import type { ReplayReport } from '../../replay/diff.ts';
import { CommandFailed } from '../failure.ts';
import { reviewIn } from './review.ts';

interface Asked {
  readonly divergence: string | undefined;
  readonly replay: string | undefined;
  readonly evaluation: string | undefined;
}

/** What the report takes from other commands' output, and from what reviewers said. */
export async function besideFrom(
  { divergence, replay, evaluation }: Asked,
  { scope, policy }: { readonly scope: Scope; readonly policy: LoadedPolicy | null },
  source: Source,
): Promise<Beside> {
  return {
    policy,
    review: await reviewIn(source, scope),
    divergence:
      divergence === undefined ? null : await printed<Divergence>(divergence, 'interlock compare --json', DIVERGENCE),
    replay: replay === undefined ? null : await printed<ReplayReport>(replay, 'interlock replay --json', REPLAY),
    labels:
      evaluation === undefined ? null : { file: evaluation, labels: labelsIn(await textOf(evaluation), evaluation) },
  };
}

/** What stands in memory at once. */
const FILE_BYTES_MAX = 256 * 1024 * 1024;

async function textOf(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > FILE_BYTES_MAX)
      throw new CommandFailed(`Failed to read \`${file}\`: it is larger than ${FILE_BYTES_MAX} bytes.`);
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof CommandFailed) throw error;
    throw new CommandFailed(`Failed to read \`${file}\`: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

/** Members by which the output of one command is told from any other file. */
const DIVERGENCE = [
  'coverage',
  'comparison.cases.differing',
  'comparison.classes',
  'comparison.confusion.cells',
  'comparison.disagreements',
  'comparison.money',
];
const REPLAY = ['recorded.calls', 'candidates'];

async function printed<Printed>(file: string, command: string, members: readonly string[]): Promise<Printed> {
  const text = await textOf(file);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const missing = members.find((member) => at(value, member.split('.')) === undefined);
  if (missing !== undefined)
    throw new CommandFailed(
      `Failed to read \`${file}\`: it has no \`${missing}\`, so it is not what \`${command}\` prints.`,
    );
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own command printed it, by the looks of it
  return value as Printed;
}

function at(value: unknown, steps: readonly string[]): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, step)) return undefined;
  return at((value as Readonly<Record<string, unknown>>)[step], rest);
}

/** @throws CommandFailed with the line */
function labelsIn(text: string, file: string): readonly Label[] {
  const read = readLabels(text, file);
  if (read.ok) return read.value;
  throw new CommandFailed(`Failed to read ${read.failure}`);
}
