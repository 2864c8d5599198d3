import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Effect } from '../../engine/call.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import { UNROUTED } from '../../replay/request-again.ts';
import { fail, ok, type Result } from '../../std/result.ts';
import type { DatabaseLimits } from '../../warehouse/database.ts';
import { openWarehouse } from '../../warehouse/index.ts';
import { TooManyIntents } from '../intents/writes.ts';
import { assessmentsIn, intentsIn } from '../intents/from-warehouse.ts';
import type { Intents } from '../intents/intent.ts';
import { opened } from '../intents/opened.ts';
import type { Assessed } from '../review/opinions.ts';
import { lastPolicy } from './last-policy.ts';

/** What a journal says that agents meant to do, and every route it knows of. */
export interface ShadowRun {
  readonly intents: Intents;
  readonly routes: ReadonlyMap<string, Effect>;
  /** The one in force last; `null`: there is none that can be read. */
  readonly policy: LoadedPolicy | null;
  /** What reviewers have said of them. */
  readonly assessments: readonly Assessed[];
}

/** Why it cannot be read, in words that go on behind the name of the directory. */
export type RunUnread = { readonly kind: 'no_journal' | 'no_agent' | 'too_many'; readonly why: string };

/** Reads a journal, also while a door writes it. */
export async function shadowRun(
  dir: string,
  agent: string | null,
  limits: DatabaseLimits = {},
): Promise<Result<ShadowRun, RunUnread>> {
  if (!holdsJournal(dir)) return fail({ kind: 'no_journal', why: 'there is no journal. Name a data directory.' });
  const warehouse = await openWarehouse(dir, limits);
  try {
    const intents = await intentsIn(warehouse, agent);
    if (agent !== null && intents.sessions.size === 0) {
      return fail({ kind: 'no_agent', why: `no call there is of an agent \`${agent}\`.` });
    }
    const policy = await lastPolicy(warehouse, null);
    const named = [...(policy?.policy.routes ?? [])].map(([id, { effect }]) => [id as string, effect] as const);
    // A policy that this version cannot read any more names no routes: those that were called are known.
    const routes = new Map([...intents.routes, ...named].filter(([id]) => id !== UNROUTED));
    return ok({ intents: opened(dir, intents), routes, policy, assessments: await assessmentsIn(warehouse, agent) });
  } catch (error) {
    if (!(error instanceof TooManyIntents)) throw error;
    return fail({ kind: 'too_many', why: `it holds ${error.message}. Name one agent` });
  } finally {
    warehouse.close();
  }
}

export function holdsJournal(dir: string): boolean {
  return existsSync(path.join(dir, 'segments'));
}
