import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Call } from '../../src/engine/call.ts';
import type { Finding } from '../../src/engine/decision.ts';
import { guards } from '../../src/engine/guards/index.ts';
import type { CallId, RuleId } from '../../src/engine/ids.ts';
import { denialProblem, type Problem } from '../../src/door/answers/problem.ts';
import type { LoadedPolicy } from '../../src/policy/index.ts';

/** What the sources say of one guard. */
export interface GuardFacts {
  readonly guard: string;
  /** Its reason codes, in the order of its source, and the statuses that answer them. */
  readonly reasons: ReadonlyMap<string, readonly number[]>;
  /** Of `never`, `after` and `if-changed`, those that its findings say. */
  readonly retryable: readonly string[];
  /** What `next` may tell the agent to do. */
  readonly next: readonly string[];
  /** What crossing its threshold does where the rule's `onTrip` or `otherwise` does not say. `undefined`: it has neither. */
  readonly trip: string | undefined;
}

const SOURCES = path.join(import.meta.dirname, '../../src');
/** Files that make findings in a guard's name. */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  approval: ['engine/holds.ts'],
  'error-rate': ['engine/ratio-trigger.ts'],
  latency: ['engine/ratio-trigger.ts'],
};
/** Reasons that hold a call: always, or where the policy says so. */
const HOLDS: Readonly<Record<string, 'always' | 'where asked'>> = {
  approval_required: 'always',
  volume_exceeded: 'where asked',
  provenance_unknown: 'where asked',
};
/** What findings say that no answer shows: a pass, and what the door heals before it answers. */
const UNSEEN = new Set(['ok', 'approved', 'captured', 'precondition_unread']);
/** Guards whose every denial says how to do it right. */
const ALWAYS_REMEDIED = new Set(['shape']);
const REMEDY_STEPS = { read: 'read', amount: 'change', items: 'split', fields: 'correct', value: 'use' };

export const GUARD_FACTS: readonly GuardFacts[] = guards.map(({ name }) => factsOf(name));

function factsOf(guard: string): GuardFacts {
  const code = [`engine/guards/${guard}.ts`, ...(ALSO[guard] ?? [])].map(codeOf).join('\n');
  const found = code.matchAll(/reason: '(\w+)'|'([a-z]+(?:_[a-z]+)+)'/g);
  const reasons = [...new Set([...found].map(([, one, other]) => (one ?? other) as string))].filter(
    (reason) => !UNSEEN.has(reason),
  );
  if (code.includes("verdict: 'hold'") !== reasons.some((reason) => reason in HOLDS)) {
    throw new Error(`which reasons of ${guard} hold a call? Name them in HOLDS.`);
  }
  const retryable = ['never', 'after', 'if-changed'].filter((one) => code.includes(`'${one}'`));
  const remedies = Object.entries(REMEDY_STEPS).filter(([kind]) => code.includes(`kind: '${kind}'`));
  const isDone = code.includes('earlier') && reasons.some((reason) => problemOf(guard, reason).next?.do === 'done');
  const stops = retryable.includes('never') || (retryable.includes('if-changed') && !ALWAYS_REMEDIED.has(guard));
  return {
    guard,
    reasons: new Map(reasons.map((reason) => [reason, statusesOf(guard, reason)])),
    retryable,
    next: [
      ...(reasons.some((reason) => reason in HOLDS) ? ['poll'] : []),
      ...(retryable.includes('after') ? ['wait'] : []),
      ...remedies.map(([, step]) => step),
      ...(isDone ? ['done'] : []),
      ...(stops ? ['stop'] : []),
    ],
    trip: tripOf(guard),
  };
}

function statusesOf(guard: string, reason: string): readonly number[] {
  const refused = problemOf(guard, reason).status;
  const holds = HOLDS[reason];
  return holds === undefined ? [refused] : holds === 'always' ? [202] : [202, refused];
}

/** What the door would answer to such a finding, were it to repeat an earlier call. */
function problemOf(guard: string, reason: string): Problem {
  const [rule, earlier] = ['rule' as RuleId, 'call_1' as CallId];
  const decisive: Finding = { guard, rule, verdict: 'deny', reason, retryable: 'never', earlier };
  const call = { id: 'call_2' as CallId, at: 0 } as Call;
  const policy = { policy: { agents: new Map() } } as unknown as LoadedPolicy;
  return denialProblem(call, { verdict: 'deny', decisive, findings: [decisive] }, [], policy, undefined);
}

function tripOf(guard: string): string | undefined {
  const file = `policy/rules/${guard}.ts`;
  if (!existsSync(path.join(SOURCES, file))) return undefined;
  const own = codeOf(file);
  const code = /from '\.\/stops\.ts'/.test(own) ? own + codeOf('policy/rules/stops.ts') : own;
  const [, one, other] =
    /onTrip\('(\w+)'\)|(?:(?:onTrip|otherwise):|stops =) z[\s\S]*?\.default\('(\w+)'\)/.exec(code) ?? [];
  return one ?? other;
}

function codeOf(file: string): string {
  return readFileSync(path.join(SOURCES, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
}
