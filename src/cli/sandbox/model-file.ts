import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from 'yaml';
import { type ModelScript, readScript } from '../../lab/model/script.ts';
import { CommandFailed } from '../failure.ts';

/** The script of a stand-in model, from a JSON or YAML file, or a module's default export. */
export async function loadModelScript(file: string): Promise<ModelScript> {
  const failed = (why: string): CommandFailed => new CommandFailed(`Failed to read model script \`${file}\`: ${why}`);
  let value: unknown;
  try {
    value = /\.[cm]?[jt]s$/.test(file)
      ? ((await import(pathToFileURL(path.resolve(file)).href)) as { readonly default?: unknown }).default
      : parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw failed(error instanceof Error ? error.message : String(error));
  }
  const script = readScript(value);
  if (!script.ok) throw failed(`\n${script.failure}`);
  return script.value;
}
