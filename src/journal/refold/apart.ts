import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { fail, ok, type Result } from '../../std/result.ts';
import type { Engine } from '../../engine/engine.ts';
import { disk as realDisk, type Disk } from '../disk.ts';
import type { PolicyInForce } from '../open.ts';
import { pseudonymKey, recogniser, type Recognise } from '../vault/recognise.ts';
import { Following, type Log } from './follow.ts';
import { loading, Past, type EngineState } from './past.ts';

/** A journal that takes longer to read is for a restart, whose end somebody awaits. */
export const REFOLD_MAX_MS = 600_000;
/** The state of ten million calls fits in a tenth of it. A thread that needs more ends, and the door goes on. */
export const REFOLD_MEMORY_MAX_MB = 2_048;
/** Records that are folded at a time, so that no call waits for more than a millisecond or two. */
const STEP_RECORDS = 100;
/** So many are left at most for the one step in which the policy changes. */
const LEFT_RECORDS = 200;

export interface RefoldData {
  readonly dir: string;
  readonly recorded: Pick<PolicyInForce, 'file' | 'text' | 'includes' | 'documents'>;
  readonly digest: string;
}

export type FromThread = { readonly kind: 'near' } | { readonly kind: 'state'; readonly state: EngineState };
export interface ToThread {
  /** Read up to this record, which is durable, and give what that amounts to. */
  readonly until: number;
}

export interface Refolding {
  readonly dir: string;
  readonly policy: PolicyInForce;
  readonly log: Log;
  readonly disk?: Disk;
}

/** An engine that has caught up with a running journal but for a few records, and goes on hearing it. */
export interface CaughtUp {
  readonly engine: Engine;
  /** Folds what is left. Behind it, and until the next record, the engine is what a restart under its policy would make. */
  readonly finish: () => void;
  /** Hears no more. */
  readonly end: () => void;
}

/** Gives the engine that a journal amounts to under another policy, or why there is none. The journal goes on meanwhile. */
export type Refold = (asked: Refolding) => Promise<Result<CaughtUp, string>>;

/** Reads the past in a thread of its own, so that the door goes on; what comes meanwhile is folded here, a little at a time. */
export const refoldApart: Refold = async ({ dir, policy, log }) => {
  const { file, text, includes, documents } = policy;
  const recorded = { file, text, ...(includes && { includes }), ...(documents && { documents }) };
  const thread = new Worker(THREAD, {
    workerData: { dir, recorded, digest: policy.policy.digest } satisfies RefoldData,
    resourceLimits: { maxOldGenerationSizeMb: REFOLD_MEMORY_MAX_MB },
    // What the door's own process was told is none of its business, the names of its keys included.
    env: {},
    execArgv: [],
  });
  let following: Following | undefined;
  const late = setTimeout(() => void thread.terminate(), REFOLD_MAX_MS);
  try {
    await said(thread, 'near');
    following = new Following(log);
    await log.durable();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    thread.postMessage({ until: following.from } satisfies ToThread);
    const { state } = await said(thread, 'state');
    const steps = loading(policy.policy, state);
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) await turn();
    return await caughtUp(following, step.value, recogniserOf(dir, policy, realDisk));
  } catch (error) {
    following?.end();
    return fail(`what is on record could not be read under the new policy: ${(error as Error).message}`);
  } finally {
    clearTimeout(late);
    await thread.terminate();
  }
};

/** Reads the past at once, on this thread: for a machine whose disk no other thread sees. */
export const refoldHere: Refold = async ({ dir, policy, log, disk = realDisk }) => {
  const following = new Following(log);
  try {
    await log.durable();
    const recognise = recogniserOf(dir, policy, disk);
    const past = new Past(policy.policy, { dir, recognise, disk });
    past.read(following.from);
    const steps = loading(policy.policy, past.state());
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) continue;
    return await caughtUp(following, step.value, recognise);
  } catch (error) {
    following.end();
    throw error;
  }
};

const THREAD = new URL(import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js', import.meta.url);

async function caughtUp(following: Following, engine: Engine, recognise: Recognise): Promise<Result<CaughtUp, string>> {
  while (following.take(engine, recognise, STEP_RECORDS) > LEFT_RECORDS) await turn();
  if (following.isTooMuch) {
    following.end();
    return fail('more came meanwhile than could be folded; load it in a quieter moment, or restart');
  }
  return ok({
    engine,
    finish: () => {
      following.take(engine, recognise);
      if (following.isTooMuch) throw new Error('more came meanwhile than could be folded');
    },
    end: () => following.end(),
  });
}

function recogniserOf(dir: string, { privacy }: PolicyInForce, disk: Disk): Recognise {
  return recogniser(privacy ?? { routes: new Map() }, pseudonymKey(dir, disk));
}

function said<Kind extends FromThread['kind']>(
  thread: Worker,
  kind: Kind,
): Promise<Extract<FromThread, { kind: Kind }>> {
  return new Promise((resolve, reject) => {
    thread.once('message', (message: FromThread) => {
      if (message.kind === kind) resolve(message as Extract<FromThread, { kind: Kind }>);
      else reject(new Error(`the thread said ${message.kind}`));
    });
    thread.once('error', reject);
    thread.once('exit', () => reject(new Error('the thread that read it ended before it was done')));
  });
}
