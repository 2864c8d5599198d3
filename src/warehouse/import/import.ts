import { existsSync } from 'node:fs';
import { hash } from 'node:crypto';
import path from 'node:path';
import { fail, ok, type Result } from '../../std/result.ts';
import type { Instant } from '../../std/clock.ts';
import type { Verdict } from '../../engine/decision.ts';
import type { AgentId, CallId, GrantId } from '../../engine/ids.ts';
import { openJournal, type Grant, type OpenedJournal } from '../../journal/index.ts';
import { Sealer } from '../../door/privacy/sealer.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import { openRecording, type Format } from './open.ts';
import { ExchangeReader } from './reader.ts';
import type { Exchange, Unusable } from './recording.ts';
import { Rerun, UNDER_WAY_MAX } from './rerun.ts';

export interface ImportOptions {
  readonly file: string;
  readonly policy: LoadedPolicy;
  readonly agent: AgentId;
  /** A data directory without a journal. */
  readonly dir: string;
  /** Makes the whole file one run. */
  readonly session?: string | undefined;
  readonly callId: () => CallId;
}

export interface ImportSummary {
  readonly format: Format;
  readonly sessions: number;
  readonly calls: number;
  readonly verdicts: Readonly<Record<Verdict, number>>;
  /** Records that tell of no call. */
  readonly noCalls: number;
  /** How many records are not in the journal. */
  readonly unusable: number;
  /** The first of them, at most {@link LISTED_MAX}. */
  readonly listed: readonly Unusable[];
  /** Whether a guard froze the agent: every call behind it is denied for that. */
  readonly frozenBy: string | undefined;
}

/** A file with more unusable records than this was recorded elsewhere; the rest are counted. */
export const LISTED_MAX = 10_000;
/** What may wait for the disk before the import waits with it: well below what the journal refuses, escapes included. */
const FLUSH_BYTES = 1024 * 1024;
/** Each session costs a grant in memory. */
export const SESSIONS_MAX = 1_000_000;

/**
 * Turns a foreign recording into a journal in a fresh data directory: what a door under this policy would have made of it.
 * The failure says why nothing was imported.
 */
export async function importRecording(options: ImportOptions): Promise<Result<ImportSummary, string>> {
  const { file, dir, session } = options;
  if (existsSync(path.join(dir, 'segments'))) return fail(`\`${dir}\` already holds a journal; name a fresh directory`);
  const opened = await openRecording(file, session);
  if (!opened.ok) return opened;
  const run = new ImportRun(options, opened.value.format);
  try {
    for await (const reading of opened.value.readings) {
      if (reading.kind === 'no_call') run.noCalls += 1;
      else if (reading.kind === 'unusable') run.list(reading);
      else await run.take(reading.exchange);
    }
    return ok(await run.end());
  } finally {
    await run.close();
  }
}

interface Running {
  readonly opened: OpenedJournal;
  readonly rerun: Rerun;
}

class ImportRun {
  readonly #options: ImportOptions;
  readonly #format: Format;
  #reader: ExchangeReader | undefined;
  readonly #grants = new Map<string, Grant>();
  readonly #listed: Unusable[] = [];
  readonly #verdicts: Record<Verdict, number> = { allow: 0, deny: 0, hold: 0, capture: 0 };
  noCalls = 0;
  #unusable = 0;
  #unflushedBytes = 0;
  #running: Running | undefined;

  constructor(options: ImportOptions, format: Format) {
    this.#options = options;
    this.#format = format;
  }

  list({ place, why }: Unusable): void {
    this.#unusable += 1;
    if (this.#listed.length < LISTED_MAX) this.#listed.push({ place, why });
  }

  async take(exchange: Exchange): Promise<void> {
    const { place, session, at } = exchange;
    const { callId } = this.#options;
    const known = this.#grants.get(session);
    const grant = known ?? this.#newGrant(session, at);
    const reader = (this.#reader ??= await this.#newReader(at));
    const read = reader.read(exchange, grant, callId());
    if (!read.ok) return this.list({ place, why: read.failure });
    if (known === undefined && this.#grants.size === SESSIONS_MAX)
      return this.list({ place, why: `it is of one session too many: at most ${SESSIONS_MAX}` });
    const { rerun, opened } = (this.#running ??= await this.#open(at));
    rerun.advance(at);
    if (rerun.full) return this.list({ place, why: `${UNDER_WAY_MAX} calls before it had not ended` });
    if (known === undefined) this.#record(grant, at, opened);
    const { verdict } = rerun.take(exchange, read.value);
    this.#verdicts[verdict] += 1;
    await this.#flush(exchange);
  }

  async end(): Promise<ImportSummary> {
    this.#running?.rerun.end();
    await this.#running?.opened.journal.durable();
    await this.#running?.opened.vault?.written();
    const lost = this.#running?.opened.vault?.lost ?? 0;
    if (lost > 0)
      throw new Error(`Failed to import into \`${this.#options.dir}\`: ${lost} sealed values could not be written.`);
    const { allow, deny, hold, capture } = this.#verdicts;
    return {
      format: this.#format,
      sessions: this.#grants.size,
      calls: allow + deny + hold + capture,
      verdicts: this.#verdicts,
      noCalls: this.noCalls,
      unusable: this.#unusable,
      listed: this.#listed,
      frozenBy: this.#running?.opened.engine.frozen(this.#options.agent)?.by,
    };
  }

  async close(): Promise<void> {
    await this.#running?.opened.close();
  }

  /** The journal begins when its first call does. */
  async #open(at: Instant): Promise<Running> {
    const { dir, policy } = this.#options;
    const onFailure = (error: Error): never => {
      throw error;
    };
    const opened = await openJournal({ dir, policy, now: () => at, onFailure });
    return { opened, rerun: new Rerun(opened) };
  }

  /** What is personal data in a recording is sealed as it is read, so there must be a journal beside its vault by then. */
  async #newReader(at: Instant): Promise<ExchangeReader> {
    const { policy } = this.#options;
    if (policy.privacy.routes.size === 0) return new ExchangeReader(policy, null);
    const { opened } = (this.#running ??= await this.#open(at));
    const { vault } = opened;
    return new ExchangeReader(policy, vault && new Sealer(policy, vault));
  }

  /** Every session has a grant of its own, over as it begins: no token fits it, and none ever will. */
  #newGrant(session: string, at: Instant): Grant {
    const { agent, policy, file } = this.#options;
    return {
      id: `grant_import_${this.#grants.size + 1}` as GrantId,
      tokenHash: hash('sha256', `imported ${path.basename(file)} ${session}`),
      agent,
      task: session,
      environment: policy.environment,
      routes: null,
      expiresAt: at,
      parent: null,
    };
  }

  #record(grant: Grant, at: Instant, { journal, grants }: OpenedJournal): void {
    const { id, ...fields } = grant;
    journal.append({ kind: 'grant', at, grant: id, ...fields, by: 'import' });
    grants.add(grant);
    this.#grants.set(grant.task, grant);
  }

  async #flush({ request, answer }: Exchange): Promise<void> {
    this.#unflushedBytes += ENTRY_BYTES + request.body.length + (answer.text?.length ?? 0);
    if (this.#unflushedBytes < FLUSH_BYTES) return;
    this.#unflushedBytes = 0;
    await this.#running?.opened.journal.durable();
    await this.#running?.opened.vault?.written();
  }
}

/** About what an entry takes beside its body. */
const ENTRY_BYTES = 2_048;
