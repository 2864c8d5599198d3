import { DURATION_FORM, parseDuration } from '../../std/duration.ts';
import type { Guest } from '../../lab/sandbox/guest.ts';
import { CommandFailed } from '../failure.ts';
import { agentCommand } from './agent-command.ts';
import { loadModelScript } from './model-file.ts';

/** What a user may say of an agent of their own. */
export interface GuestArguments {
  readonly agent: string | undefined;
  readonly model: string | undefined;
  readonly task: string | undefined;
  readonly env: readonly string[];
  readonly timeout: string | undefined;
  /** What stands behind `--`. */
  readonly '--'?: readonly string[];
}

export const guestOptions = {
  agent: {
    type: 'string',
    describe:
      'An agent of your own, instead of the scripted ones: a program, a .js, .ts or .py file; or a command behind `--`',
  },
  model: {
    type: 'string',
    describe: 'A script that stands in for its language model (JSON, YAML, .ts): OPENAI_BASE_URL leads there',
  },
  task: { type: 'string', describe: 'What it is told to do, as INTERLOCK_TASK. Default: the name of the task' },
  env: {
    type: 'string',
    array: true,
    nargs: 1,
    default: [],
    describe: 'A variable of yours that it needs, NAME or NAME=VALUE. It sees no others',
  },
  timeout: {
    type: 'string',
    describe: 'How long it may take in each run, 90s. Default: as the scenario says, else 60s',
  },
} as const;

/** The user's own agent; `undefined` where none is named. */
export async function readGuest(given: GuestArguments): Promise<Guest | undefined> {
  const { agent, model, task, env, timeout } = given;
  const rest = given['--'] ?? [];
  if (agent === undefined && rest.length === 0) {
    const [idle] = (['model', 'task', 'timeout'] as const).filter((name) => given[name] !== undefined);
    const useless = env.length > 0 ? 'env' : idle;
    if (useless === undefined) return undefined;
    throw new CommandFailed(`Failed to read --${useless}: it is for an agent of your own. Name one with --agent.`);
  }
  return {
    command: agentCommand(agent, rest),
    environment: Object.fromEntries(env.map(variable)),
    model: model === undefined ? undefined : await loadModelScript(model),
    task,
    timeoutMs: timeout === undefined ? undefined : milliseconds(timeout),
  };
}

function variable(given: string): [string, string] {
  const [, name, value] = /^([A-Za-z_]\w*)(?:=(.*))?$/s.exec(given) ?? [];
  if (name === undefined) throw new CommandFailed(`Failed to read --env \`${given}\`: write NAME, or NAME=VALUE.`);
  const found = value ?? process.env[name];
  if (found !== undefined) return [name, found];
  throw new CommandFailed(`Failed to read --env ${name}: no such variable is set. Set it, or write ${name}=VALUE.`);
}

function milliseconds(text: string): number {
  const read = parseDuration(text);
  if (read !== undefined) return read;
  throw new CommandFailed(`Failed to read --timeout \`${text}\`: it is ${DURATION_FORM}.`);
}
