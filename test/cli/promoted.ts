import path from 'node:path';
import { expect } from 'vitest';
import { readPolicy, type LoadedPolicy } from '../../src/policy/index.ts';
import type { Promotion } from '../../src/promotion/index.ts';
import { earned, writeSigned } from '../promotion/earned.ts';
import { newSigner } from '../promotion/granted.ts';
import { runHere } from './run-here.ts';
import { refundsPolicy, site, type Site } from './served.ts';

/** Whose key the policies below name. */
export const gate = newSigner();

export function policyText(upstream: string, model = 'gpt-5'): string {
  const rules = `identity: { version: 1.4.2, model: ${model} }\nbudgets: [{ max: 500 USD, per: 24h }]`;
  const demands = `promotion: { keys: ["${gate.verifierKey}"], people: 1, expires: 30d, limited: {}, production: {} }`;
  return refundsPolicy(upstream, rules, demands);
}

async function loaded(file: string): Promise<LoadedPolicy> {
  const policy = await readPolicy(file);
  if (!policy.ok) throw new Error(JSON.stringify(policy.failure));
  return policy.value;
}

/** A journal, and the file of a promotion that rests on it. */
export async function promoted(
  where: Site,
  over: Partial<Promotion> = {},
): Promise<{ file: string; promotion: Promotion }> {
  const promotion = earned(await loaded(where.policy), 'refunds-bot', where.data, over);
  const file = path.join(path.dirname(where.policy), `${promotion.id}.json`);
  return { file: writeSigned(file, promotion, gate), promotion };
}

export async function withJournal(text = policyText('http://127.0.0.1:9')): Promise<Site> {
  const where = site(text);
  const made = await at(where, 'grant', 'create', '--agent', 'refunds-bot', '--task', 'ticket-4711');
  expect(made).toMatchObject({ code: 0 });
  return where;
}

/** A command at a place. */
export const at = ({ policy, data }: Site, ...words: readonly string[]): ReturnType<typeof runHere> =>
  runHere(...words, '--policy', policy, '--data', data);
