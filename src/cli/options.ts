import { userInfo } from 'node:os';

/** Options that several commands share, worded once. */
export const policyOption = {
  alias: 'p',
  type: 'string',
  default: 'interlock.yaml',
  describe: 'The policy file',
} as const;

export const dataOption = {
  alias: 'd',
  type: 'string',
  default: '.interlock',
  describe: 'The data directory: journal, snapshots, and how to reach a running door',
} as const;

/** In the environment: commands act at the door as whose token this is, and `--by` need not be said. */
export const USER_TOKEN = 'INTERLOCK_USER_TOKEN';

/** What `--by` is where a token says who it is. */
export const WHOSE_TOKEN = '';
const isSigned = process.env[USER_TOKEN] !== undefined;

export const byOption = {
  type: 'string',
  default: isSigned ? WHOSE_TOKEN : userInfo().username,
  describe: 'Who decided this, for the audit trail',
} as const;

/** Of what nobody should do in a name that a machine made up. */
export const decidedByOption = {
  type: 'string',
  demandOption: true,
  describe: 'The human who decides this',
  ...(isSigned && { default: WHOSE_TOKEN }),
} as const;

export const askedByOption = {
  type: 'string',
  describe: 'The human who decides this; without it, a terminal asks',
  ...(isSigned && { default: WHOSE_TOKEN }),
} as const;

export const jsonOption = { type: 'boolean', default: false, describe: 'Print JSON alone on stdout' } as const;

/** How a command to be copied names a place, ` --data x`; empty where the defaults do. */
export function placeOptions({ policy, data }: { readonly policy: string; readonly data: string }): string {
  const named = [
    policy === policyOption.default ? [] : ['--policy', quoted(policy)],
    data === dataOption.default ? [] : ['--data', quoted(data)],
  ].flat();
  return named.map((word) => ` ${word}`).join('');
}

function quoted(word: string): string {
  return /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
