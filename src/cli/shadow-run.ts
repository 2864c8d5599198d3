import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Effect } from '../engine/call.ts';
import { TooManyIntents } from '../evidence/intents/from-journal.ts';
import { assessmentsIn, intentsIn } from '../evidence/intents/from-warehouse.ts';
import type { Intents } from '../evidence/intents/intent.ts';
import { opened } from '../evidence/intents/opened.ts';
import type { Assessed } from '../evidence/review/opinions.ts';
import type { LoadedPolicy } from '../policy/index.ts';
import { UNROUTED } from '../replay/request-again.ts';
import { openWarehouse } from '../warehouse/index.ts';
import { CommandFailed } from './failure.ts';
import { lastPolicy } from './report/scope.ts';

/** What a journal says that agents meant to do, and every route it knows of. */
export interface ShadowRun {
  readonly intents: Intents;
  readonly routes: ReadonlyMap<string, Effect>;
  /** The one in force last; `null`: there is none that can be read. */
  readonly policy: LoadedPolicy | null;
  /** What reviewers have said of them. */
  readonly assessments: readonly Assessed[];
}

/** Reads a journal, also while a door writes it. */
export async function shadowRun(dir: string, agent: string | null): Promise<ShadowRun> {
  if (!holdsJournal(dir)) {
    throw new CommandFailed(`Failed to read \`${dir}\`: there is no journal. Name a data directory.`);
  }
  const warehouse = await openWarehouse(dir);
  try {
    const intents = await intentsIn(warehouse, agent);
    if (agent !== null && intents.sessions.size === 0)
      throw new CommandFailed(`Failed to read \`${dir}\`: no call there is of an agent \`${agent}\`.`);
    const policy = await lastPolicy(warehouse, null);
    const named = [...(policy?.policy.routes ?? [])].map(([id, { effect }]) => [id as string, effect] as const);
    // A policy that this version cannot read any more names no routes: those that were called are known.
    const routes = new Map([...intents.routes, ...named].filter(([id]) => id !== UNROUTED));
    return { intents: opened(dir, intents), routes, policy, assessments: await assessmentsIn(warehouse, agent) };
  } catch (error) {
    if (!(error instanceof TooManyIntents)) throw error;
    throw new CommandFailed(`Failed to read \`${dir}\`: it holds ${error.message}. Name one agent: --agent.`);
  } finally {
    warehouse.close();
  }
}

export function holdsJournal(dir: string): boolean {
  return existsSync(path.join(dir, 'segments'));
}
