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
