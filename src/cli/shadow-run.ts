import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Effect } from '../engine/call.ts';
import { IntentFold, TooManyIntents } from '../evidence/intents/from-journal.ts';
import type { Intents } from '../evidence/intents/intent.ts';
import type { AssessmentEntry, PolicyEntry } from '../journal/entry.ts';
import { readJournal, revealed, SEALED } from '../journal/index.ts';
import { loadRecorded } from '../policy/index.ts';
import { CommandFailed } from './failure.ts';

/** What a journal says that agents meant to do, and every route it knows of. */
export interface ShadowRun {
  readonly intents: Intents;
  readonly routes: ReadonlyMap<string, Effect>;
  /** What reviewers have said of them. */
  readonly assessments: readonly AssessmentEntry[];
}

/** Reads a journal, also while a door writes it. */
export function shadowRun(dir: string, agent: string | null): ShadowRun {
  if (!holdsJournal(dir))
    throw new CommandFailed(`Failed to read \`${dir}\`: there is no journal. Name a data directory.`);
  const fold = new IntentFold(agent);
  let policy: PolicyEntry | undefined;
  const assessments: AssessmentEntry[] = [];
  try {
    for (const record of readJournal(dir, { tail: 'live' })) {
      fold.take(record);
      if (record.kind === 'policy') policy = record;
      if (record.kind === 'assessment' && (agent === null || record.agent === agent)) assessments.push(record);
    }
  } catch (error) {
    if (!(error instanceof TooManyIntents)) throw error;
    throw new CommandFailed(`Failed to read \`${dir}\`: it holds ${error.message}. Name one agent: --agent.`);
  }
  const intents = fold.intents();
  if (agent !== null && intents.sessions.size === 0)
    throw new CommandFailed(`Failed to read \`${dir}\`: no call there is of an agent \`${agent}\`.`);
  return { intents: opened(dir, intents), routes: new Map([...intents.routes, ...routesOf(policy)]), assessments };
}

/**
 * With personal data in clear where it can still be opened: in memory alone, to be compared by. What is printed says which
 * fields differ, never what they hold.
 */
function opened(dir: string, intents: Intents): Intents {
  const sealed = intents.writes.filter(({ body }) => body !== null && body.search(SEALED) !== -1);
  if (sealed.length === 0) return intents;
  const bodies = revealed(
    dir,
    sealed.map(({ body }) => body ?? ''),
  );
  const clear = new Map(sealed.map(({ call }, index) => [call, bodies[index] ?? null]));
  return { ...intents, writes: intents.writes.map((one) => ({ ...one, body: clear.get(one.call) ?? one.body })) };
}

export function holdsJournal(dir: string): boolean {
  return existsSync(path.join(dir, 'segments'));
}

/** A policy that this version cannot read any more names no routes: those that were called are known. */
function routesOf(policy: PolicyEntry | undefined): ReadonlyMap<string, Effect> {
  const loaded = policy === undefined ? undefined : loadRecorded(policy);
  if (loaded?.ok !== true) return new Map();
  return new Map([...loaded.value.policy.routes].map(([id, { effect }]) => [id, effect]));
}
