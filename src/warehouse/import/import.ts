import { existsSync } from 'node:fs';
import { hash } from 'node:crypto';
import path from 'node:path';
import { fail, ok, type Result } from '../../std/result.ts';
import type { Instant } from '../../std/clock.ts';
import type { AgentId, CallId } from '../../engine/ids.ts';
import { openJournal, type Grant, type OpenedJournal } from '../../journal/index.ts';
import { Sealer } from '../../door/privacy/sealer.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import { Clearing } from './clearing.ts';
import { importedGrant } from './grant.ts';
import { ImportTally, type ImportCounts } from './import-tally.ts';
import { openRecording, type Format } from './open.ts';
import { ExchangeReader } from './reader.ts';
import type { Exchange, Flaw } from './recording.ts';
import { Rerun, UNDER_WAY_MAX } from './rerun.ts';

export interface ImportOptions {
  readonly file: string;
  readonly policy: LoadedPolicy;
  readonly agent: AgentId;
  /** What of a record names its agent instead; see `OpenOptions`. */
  readonly agentFrom?: string | undefined;
  /** Of the grants; absent: the policy's. */
  readonly environment?: string | undefined;
  /** A data directory without a journal. */
  readonly dir: string;
  /** Makes the whole file one run. */
  readonly session?: string | undefined;
  readonly callId: (exchange: Exchange) => CallId;
  /**
   * Who resumes an agent that a guard froze, whenever a session begins that is new to the file. Absent: nobody does, and every
   * call behind a freeze is denied for it.
   */
  readonly resumeAs?: string | undefined;
}

export interface ImportSummary extends ImportCounts {
  readonly format: Format;
  readonly sessions: number;
  /** Agents that a guard froze and nobody resumed: every call of theirs behind it is denied for that. */
  readonly frozen: readonly { readonly agent: AgentId; readonly by: string }[];
}

/** What may wait for the disk before the import waits with it: well below what the journal refuses, escapes included. */
const FLUSH_BYTES = 1024 * 1024;
/** Each session costs a grant in memory. */
export const SESSIONS_MAX = 1_000_000;

/**
 * Turns a foreign recording into a journal in a fresh data directory: what a door under this policy would have made of it.
 * The failure says why nothing was imported.
 */
export async function importRecording(options: ImportOptions): Promise<Result<ImportSummary, string>> {
  const { file, dir, session, agentFrom, policy } = options;
  if (existsSync(path.join(dir, 'segments'))) return fail(`\`${dir}\` already holds a journal; name a fresh directory`);
  const opened = await openRecording(file, { session, agentFrom, policy });
  if (!opened.ok) return opened;
  const { format } = opened.value;
  const run = new ImportRun(options, format);
  const clearing = new Clearing();
  try {
    for await (const reading of opened.value.readings) {
      if (reading.kind === 'no_call') run.tally.noCall();
      else if (reading.kind === 'unusable') run.tally.unusable(reading);
      // Our own recordings hold none.
      else await run.take(format === 'recording' ? reading.exchange : clearing.exchange(reading.exchange));
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
  readonly tally = new ImportTally();
  #unflushedBytes = 0;
  #running: Running | undefined;

  constructor(options: ImportOptions, format: Format) {
    this.#options = options;
    this.#format = format;
  }

  async take(exchange: Exchange): Promise<void> {
    const { at, place } = exchange;
    const flawed = (flaw: Flaw): void => this.tally.unusable({ place, ...flaw });
    const { agent } = this.#options;
    const named = (exchange.agent ?? agent) as AgentId;
    if (!this.#options.policy.policy.agents.has(named))
      return flawed({ reason: 'unmatched', why: `the policy has no agent \`${named}\`` });
    const known = this.#grants.get(sessionKey(named, exchange.session));
    const grant = known ?? this.#newGrant(named, exchange.session, at);
    const reader = (this.#reader ??= await this.#newReader(at));
    const read = reader.read(exchange, grant, this.#options.callId(exchange));
    if (!read.ok) return flawed(read.failure);
    if (known === undefined && this.#grants.size === SESSIONS_MAX)
      return flawed(beyondBounds(`it is of one session too many: at most ${SESSIONS_MAX}`));
    const { rerun, opened } = (this.#running ??= await this.#open(at));
    rerun.advance(at);
    if (rerun.full) return flawed(beyondBounds(`${UNDER_WAY_MAX} calls before it had not ended`));
    if (known === undefined) this.#begin(grant, at, opened, rerun);
    this.tally.decided(rerun.take(exchange, read.value), exchange);
    await this.#flush(exchange);
  }

  async end(): Promise<ImportSummary> {
    this.#running?.rerun.end();
    await this.#running?.opened.journal.durable();
    await this.#running?.opened.vault?.written();
    const lost = this.#running?.opened.vault?.lost ?? 0;
    if (lost > 0)
      throw new Error(`Failed to import into \`${this.#options.dir}\`: ${lost} sealed values could not be written.`);
    return {
      format: this.#format,
      sessions: this.#grants.size,
      ...this.tally.counts(),
      frozen: (this.#running?.opened.engine.freezes() ?? []).map(({ agent, by }) => ({ agent, by })),
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
  #newGrant(agent: AgentId, session: string, at: Instant): Grant {
    const { policy, file, environment = policy.environment } = this.#options;
    return {
      id: importedGrant(this.#grants.size + 1),
      tokenHash: hash('sha256', `imported ${path.basename(file)} ${agent} ${session}`),
      agent,
      task: session,
      environment,
      routes: null,
      expiresAt: at,
      parent: null,
    };
  }

  /** A session begins: its grant is written and, where somebody said so, the agent is resumed for it. */
  #begin(grant: Grant, at: Instant, { journal, grants }: OpenedJournal, rerun: Rerun): void {
    const { resumeAs } = this.#options;
    if (resumeAs !== undefined) rerun.resume(grant.agent, resumeAs, 'a new session of the recording begins');
    const { id, ...fields } = grant;
    journal.append({ kind: 'grant', at, grant: id, ...fields, by: 'import' });
    grants.add(grant);
    this.#grants.set(sessionKey(grant.agent, grant.task), grant);
  }

  async #flush({ request, answer }: Exchange): Promise<void> {
    this.#unflushedBytes += ENTRY_BYTES + request.body.length + (answer.text?.length ?? 0);
    if (this.#unflushedBytes < FLUSH_BYTES) return;
    this.#unflushedBytes = 0;
    await this.#running?.opened.journal.durable();
    await this.#running?.opened.vault?.written();
  }
}

const sessionKey = (agent: AgentId, session: string): string => `${agent}\n${session}`;

const beyondBounds = (why: string): Flaw => ({ reason: 'beyond_bounds', why });

/** About what an entry takes beside its body. */
const ENTRY_BYTES = 2_048;
