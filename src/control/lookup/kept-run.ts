import path from 'node:path';
import { TooManyIntents, WriteFold } from '../../evidence/intents/writes.ts';
import type { Intent } from '../../evidence/intents/intent.ts';
import type { ReviewedRun } from '../../evidence/review/of-run.ts';
import type { Assessed } from '../../evidence/review/opinions.ts';
import { disk } from '../../journal/disk.ts';
import { segmentsIn } from '../../journal/read.ts';
import { SEGMENTS_DIRECTORY } from '../../journal/segments.ts';
import { Follower, type PolicyEntry, type Recorded } from '../../journal/index.ts';
import { loadRecorded, type LoadedPolicy } from '../../policy/index.ts';
import { REVIEW_READ_BYTES_MAX, REVIEW_WRITES_KEPT_MAX } from './bounds.ts';

/**
 * What agents meant to do, as far as a draw for review asks: kept between the questions, so that each reads only what was
 * written since the one before. Bodies are not kept, and nothing in clear: what a reviewer is shown is read anew each time.
 */
export class KeptRun {
  readonly #follower: Follower;
  readonly #writes = new WriteFold({ agent: null, max: REVIEW_WRITES_KEPT_MAX, kept: withoutBody });
  readonly #agents = new Set<string>();
  readonly #assessments: Assessed[] = [];
  #entry: PolicyEntry | undefined;
  #policy: LoadedPolicy | null | undefined;

  constructor(dir: string) {
    this.#follower = new Follower(dir, { segment: undefined, offset: 0 });
  }

  /**
   * Reads what was written since.
   *
   * @throws TooManyIntents
   */
  catchUp(): void {
    for (let records = this.#follower.look(); records.length > 0; records = this.#follower.look())
      for (const record of records) this.#take(record);
  }

  /** Of one agent, or of all; `null`: no call there is of that agent. */
  of(agent: string | null): ReviewedRun | null {
    if (agent !== null && !this.#agents.has(agent)) return null;
    const isAsked = (one: { readonly agent: string }): boolean => agent === null || one.agent === agent;
    return {
      intents: { writes: this.#writes.writes().filter(isAsked) },
      policy: (this.#policy ??= this.#loaded()),
      assessments: this.#assessments.filter(isAsked),
    };
  }

  #take(record: Recorded): void {
    this.#writes.take(record);
    if (record.kind === 'call' && record.before === undefined) this.#agents.add(record.agent);
    else if (record.kind === 'assessment') {
      const { call, agent, opinion, by, reason, at } = record;
      this.#assessments.push({ call, agent, opinion, by, reason, at });
    } else if (record.kind === 'policy') {
      this.#entry = record;
      this.#policy = undefined;
    }
  }

  #loaded(): LoadedPolicy | null {
    const loaded = this.#entry === undefined ? undefined : loadRecorded(this.#entry);
    return loaded?.ok === true ? loaded.value : null;
  }
}

/** One a data directory: the process that looks things up has one. */
const runs = new Map<string, KeptRun | 'too_large'>();

/** The run as it is now; `too_large`: it is not kept, for memory or for how long a first reading would take. */
export function keptRun(dir: string): KeptRun | 'too_large' {
  const known = runs.get(dir) ?? (bytesIn(dir) > REVIEW_READ_BYTES_MAX ? 'too_large' : new KeptRun(dir));
  runs.set(dir, known);
  if (known === 'too_large') return known;
  try {
    known.catchUp();
    return known;
  } catch (error) {
    // What was read until then cannot be gone on from.
    runs.delete(dir);
    if (!(error instanceof TooManyIntents)) throw error;
    runs.set(dir, 'too_large');
    return 'too_large';
  }
}

const withoutBody = (intent: Intent): Intent => ({ ...intent, target: '', body: null, contentType: null });

const bytesIn = (dir: string): number =>
  segmentsIn(dir, disk).reduce((sum, { name }) => sum + (disk.size(path.join(dir, SEGMENTS_DIRECTORY, name)) ?? 0), 0);
