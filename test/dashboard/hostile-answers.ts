import { HOSTILE } from '../report/hostile.ts';

/** Members whose values the door itself chooses: identities, times, states, amounts. Everything else somebody else may have written. */
const OURS = new Set([
  'kind',
  'call',
  'state',
  'verdict',
  'effect',
  'since',
  'expiresAt',
  'at',
  'leadsTo',
  'lifts',
  'came',
  'how',
  'origin',
  'stage',
  'to',
  'did',
  'digest',
  'roles',
  'by',
  'addedAt',
  'became',
  'usedBy',
  'amount',
  'file',
  'grant',
  'opinion',
  'ask',
  // Names that the policy gives, whose form it bounds.
  'agent',
  'agents',
  'route',
  'routes',
  'rule',
  'rules',
  'guard',
  'upstream',
  'environment',
  'criterion',
  'class',
  'writes',
  'pii',
  'destructive',
  'role',
  'money',
  'moneyPerDay',
  'abandoned',
  'addedBy',
]);

/** An answer in which every text that somebody else may have written is as hostile as they come. */
export function hostileAnswer<Answer extends object>(answer: Answer): Answer {
  const spoilt = structuredClone(answer);
  spoil(spoilt);
  return spoilt;
}

function spoil(value: object): void {
  for (const [key, member] of Object.entries(value) as readonly (readonly [string, unknown])[]) {
    if (typeof member === 'string' && !OURS.has(key)) Reflect.set(value, key, `${HOSTILE} ${member}`);
    if (typeof member === 'object' && member !== null && !OURS.has(key)) spoil(member);
    // Lists of things have names of ours only within them.
    else if (Array.isArray(member) && key !== 'roles')
      for (const each of member) if (typeof each === 'object') spoil(each as object);
  }
}
