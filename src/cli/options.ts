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

export const byOption = {
  type: 'string',
  default: userInfo().username,
  describe: 'Who decided this, for the audit trail',
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
