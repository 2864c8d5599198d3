import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type ModelScript, readScript } from '../../lab/model/script.ts';
import { CommandFailed } from '../failure.ts';
import { importOwn } from '../own-module.ts';

/** The script of a stand-in model, from a JSON or YAML file, or a module's default export. */
export async function loadModelScript(file: string): Promise<ModelScript> {
  const failed = (why: string): CommandFailed => new CommandFailed(`Failed to read model script \`${file}\`: ${why}`);
  let value: unknown;
  try {
    value = /\.[cm]?[jt]s$/.test(file) ? (await importOwn(file)).default : parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw failed(error instanceof Error ? error.message : String(error));
  }
  const script = readScript(value);
  if (!script.ok) throw failed(`\n${script.failure}`);
  return script.value;
}
