import { readFileSync } from 'node:fs';
import path from 'node:path';
import { formatProblem, type LoadedPolicy, readPolicy } from '../src/policy/index.ts';
import { loadWorld } from '../src/cli/worlds.ts';
import { type Field, newField } from '../src/lab/probe/field.ts';
import type { WorldDefinition } from '../src/lab/world/world.ts';

const STARTS_AT = Date.UTC(2026, 5, 1);
const SIZE = 6;

/** A policy of the study, with the businesses that its upstreams name. */
export interface StudyPolicy {
  readonly file: string;
  readonly text: string;
  /** The first line's words: `nothing keeps a charge from being refunded twice`. */
  readonly about: string;
  readonly loaded: LoadedPolicy;
  readonly definitions: ReadonlyMap<string, WorldDefinition>;
}

/** @param kind where it stands: `holes` or `sound` */
export async function studyPolicy(kind: 'holes' | 'sound', name: string): Promise<StudyPolicy> {
  const file = path.join(import.meta.dirname, kind, `${name}.yaml`);
  const loaded = await readPolicy(file);
  if (!loaded.ok) throw new Error(loaded.failure.map((problem) => formatProblem(file, problem)).join('\n'));
  const text = readFileSync(file, 'utf8');
  const [, about = ''] = /^# (?:Hole|Sound): (.*)$/m.exec(text) ?? [];
  const definitions = new Map<string, WorldDefinition>();
  for (const { id, mock } of loaded.value.upstreams.values()) {
    if (mock === undefined) throw new Error(`Failed to study ${file}: its upstream ${id} names no \`mock\``);
    definitions.set(id, await loadWorld(mock, file));
  }
  return { file, text, about, loaded: loaded.value, definitions };
}

/** The businesses as every search of the study finds them. */
export function studyField({ loaded, definitions }: StudyPolicy, seed = 1): Field {
  return newField(loaded, definitions, { seed, startsAt: STARTS_AT, size: SIZE });
}
