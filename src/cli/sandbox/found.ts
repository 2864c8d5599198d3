import path from 'node:path';
import { type KeptDiscovery, type KeptOracle, courseOf } from '../../lab/probe/kept.ts';
import { newFieldOf } from '../../lab/probe/field.ts';
import { neverOracles } from '../../lab/oracles/never.ts';
import type { Oracle } from '../../lab/oracles/oracle.ts';
import { impliedOracles, promiseOracles } from '../../lab/oracles/promises.ts';
import type { FoundScenario } from '../../lab/sandbox/found.ts';
import { formatProblem, readPolicy, type LoadedPolicy } from '../../policy/index.ts';
import { loadOracles } from '../probe/oracles.ts';
import { loadWorld } from '../worlds.ts';

/** Whether a scenario file keeps what a probe found. */
export function isKept(value: unknown): value is KeptDiscovery {
  return typeof value === 'object' && value !== null && (value as Partial<KeptDiscovery>).kind === 'found';
}

/**
 * What a file keeps, with the policy that is in force today and the businesses that it names.
 *
 * @throws Error which says what is missing, for whoever loads the file
 */
export async function foundScenario(kept: KeptDiscovery, file: string): Promise<FoundScenario> {
  const { policy, worlds: setups, grants, steps, story } = kept as Partial<KeptDiscovery>;
  if (typeof policy !== 'string' || setups === undefined || ![grants, steps, story].every(Array.isArray)) {
    throw new Error('it is not as `interlock probe` keeps it: policy, worlds, story, grants and steps belong to it.');
  }
  const folder = path.dirname(file);
  const absolute = path.resolve(folder, kept.policy);
  const beside = path.relative('.', absolute);
  // A patch to a file that is reached through `..` is refused by those who apply patches.
  const policyFile = beside.startsWith('..') ? absolute : beside;
  const loaded = await readPolicy(policyFile);
  if (!loaded.ok) {
    const problems = loaded.failure.map((problem) => formatProblem(policyFile, problem)).join('\n');
    throw new Error(`its policy cannot be read:\n${problems}`);
  }
  const worlds = await Promise.all(
    Object.entries(kept.worlds).map(async ([upstream, { mock, ...options }]) => {
      return [upstream, { definition: await loadWorld(mock, policyFile), ...options }] as const;
    }),
  );
  const { name, title, source } = kept;
  return {
    name,
    title,
    story: kept.story.join('\n'),
    source,
    field: newFieldOf(loaded.value, new Map(worlds), Date.parse(kept.worldsBegin)),
    course: courseOf(kept),
    oracle: await oracleOf(kept.oracle, loaded.value, folder),
  };
}

/**
 * A rule may stand elsewhere in the policy by now: its words count for more than its number. Its limits may be others; another
 * rule that has its number by now is not it, and would hold whatever the policy lets through.
 */
async function oracleOf(kept: KeptOracle, loaded: LoadedPolicy, folder: string): Promise<Oracle> {
  if ('file' in kept) {
    const file = path.relative('.', path.resolve(folder, kept.file));
    const found = (await loadOracles([file])).find(({ name }) => name === kept.name);
    if (found === undefined) throw new Error(`there is no oracle \`${kept.name}\` in ${file} any more.`);
    return found;
  }
  const all = [...neverOracles(loaded.never), ...impliedOracles(loaded), ...promiseOracles(loaded)];
  const isNever = kept.rule.startsWith('never[');
  const alike = all.filter(({ text }) => !isNever || limitless(text) === limitless(kept.text));
  const found = all.find(({ text }) => text === kept.text) ?? alike.find(({ name }) => name === kept.rule);
  if (found === undefined) {
    throw new Error(
      `its policy has no rule \`${kept.rule}\` (${kept.text}) any more. Put it back under \`never:\`, or remove this file.`,
    );
  }
  return found;
}

/** `more than 500.00 USD out per day` → `more than # USD out per day` */
function limitless(text: string): string {
  return text.replaceAll(/\d[\w.]*/g, '#');
}
