import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isMap, isSeq, parseDocument } from 'yaml';
import { filesBeside } from '../../src/policy/files.ts';
import { loadPolicy, type LoadedPolicy } from '../../src/policy/index.ts';
import type { Suite } from '../customer.ts';
import { shadowed } from '../shadow-policy.ts';
import { keeping } from '../variants.ts';

/** What somebody might think of changing, after two weeks in shadow. */
export const CANDIDATES = ['lenient', 'strict'] as const;
export type CandidateName = (typeof CANDIDATES)[number];

/** Of which routes `strict` has a person approve every call. */
const APPROVED: Readonly<Record<Suite, readonly string[]>> = {
  retail: ['cancel_order'],
  airline: ['cancel', 'send_certificate'],
};

/**
 * Writes two candidates beside a suite's shadow policy, and loads them:
 *
 * - `lenient`: its routes and nothing else, no guard
 * - `strict`: all its rules, and a person approves whatever destroys something or pays
 */
export function candidatesOf(dir: string, suite: Suite): Readonly<Record<CandidateName, LoadedPolicy>> {
  const text = readFileSync(path.join(import.meta.dirname, '..', `${suite}.yaml`), 'utf8');
  return {
    lenient: written(dir, `${suite}.lenient.yaml`, shadowed(keeping(text, new Set()))),
    strict: written(dir, `${suite}.strict.yaml`, shadowed(approving(text, APPROVED[suite]))),
  };
}

function written(dir: string, name: string, text: string): LoadedPolicy {
  const file = path.join(dir, name);
  writeFileSync(file, text);
  const loaded = loadPolicy(text, name, filesBeside(file));
  if (!loaded.ok) throw new Error(`Failed to load ${file}: ${JSON.stringify(loaded.failure)}`);
  return loaded.value;
}

/** With these rules alone for approvals: two that hold one call would ask twice. */
function approving(text: string, routes: readonly string[]): string {
  const policy = parseDocument(text);
  const agents = policy.get('agents');
  if (!isMap(agents)) throw new Error('Failed to make a policy stricter: it has no agents');
  for (const { value: agent } of agents.items) {
    if (!isMap(agent)) continue;
    agent.set('approval', policy.createNode(routes.map((route) => ({ route }))));
    if (!isSeq(agent.get('approval'))) throw new Error('Failed to make a policy stricter: no approvals');
  }
  return policy.toString({ lineWidth: 120 });
}
