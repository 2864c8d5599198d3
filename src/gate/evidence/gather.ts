import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Stage } from '../../engine/call.ts';
import { STAGES } from '../../engine/standings.ts';
import { TooManyIntents } from '../../evidence/intents/writes.ts';
import type { Label } from '../../evidence/shadow/evaluation.ts';
import { readLabels } from '../../evidence/shadow/labels.ts';
import { JournalDamaged } from '../../journal/errors.ts';
import { isOfMocks } from '../../journal/index.ts';
import { fail, ok, type Result } from '../../std/result.ts';
import { openWarehouse, QueryFailed, type Warehouse } from '../../warehouse/index.ts';
import type { Asked } from './asked.ts';
import { basisOf } from './basis.ts';
import { countedIn, nothingCounted, type Counted } from './counted.ts';
import { earnedFor } from './earned.ts';
import type { GateEvidence, JournalEvidence } from './evidence.ts';
import { filesOf } from './files.ts';
import { enginesOf, headOf, importedIn, problemsOf, redecidedUntil, type Head } from './journal.ts';
import { probeIn } from './probe.ts';
import { turningIn, type Turning } from './records.ts';
import { scenariosIn } from './sandbox.ts';
import { standingOf } from './standing.ts';
import { NOTHING, stretchOf, type Stretch } from './stretch.ts';

/**
 * Gathers everything that a verdict is made of, from a journal and from what other commands wrote. It judges nothing: what is not
 * there is counted as nothing, and what is lacking is for the criteria to say.
 *
 * Of a journal that `audit verify` finds fault with, or that cannot be decided again at all, nothing counts: the problem is told, and
 * every figure is zero. A failure says which of the files cannot be read, why, and what to do.
 */
export async function gatherEvidence(asked: Asked): Promise<Result<GateEvidence, string>> {
  const { policy, dir, agent, to, step } = asked;
  if (!policy.policy.agents.has(agent)) {
    const known = [...policy.policy.agents.keys()].join(', ');
    return fail(`Failed to gather evidence: \`${policy.file}\` has no agent \`${agent}\`. It has: ${known}.`);
  }
  for (const data of [dir, asked.baselineDir]) {
    if (data !== undefined && !existsSync(path.join(data, 'segments')))
      return fail(
        `Failed to read \`${data}\`: there is no journal. Name a data directory, as \`interlock serve --data\` does.`,
      );
  }
  for (const data of [dir, asked.baselineDir, asked.actuals?.place]) {
    if (data !== undefined && existsSync(path.join(data, 'segments')) && mocksAnswered(data))
      return fail(
        `Failed to take \`${data}\` for evidence: its journal is of mocks (\`interlock serve --mock\`), and what an agent does with mocks says nothing of what it does with a business. Name the data directory of a real door.`,
      );
  }
  const unread = await beside(asked);
  if (!unread.ok) return unread;
  const from = fromStage(asked);
  const journal = await journalPart(asked, from, unread.value.labels).catch(expected(dir));
  if (!journal.ok) return journal;
  const { head, evidence, stretch, standing, counted } = journal.value;
  const { scenarios, probe } = unread.value;
  const basis = basisOf(policy, agent, stretch);
  const files = await filesOf(asked, head);
  return ok({ agent, from, to, step, standing, basis, journal: evidence, ...counted, scenarios, probe, files });
}

/** Of a journal that cannot be read, that is all that is told. */
function mocksAnswered(dir: string): boolean {
  try {
    return isOfMocks(dir) === true;
  } catch (error) {
    if (error instanceof JournalDamaged) return false;
    throw error;
  }
}

/** The stage whose calls are the evidence: the one below, or for a further step of a ramp the stage itself. */
function fromStage({ policy: { promotion }, to, step }: Asked): Stage {
  if (step !== null && step > 1) return to;
  const terms = typeof promotion === 'object' ? promotion.targets.get(to) : undefined;
  return terms?.from ?? STAGES[Math.max(0, STAGES.indexOf(to) - 1)] ?? 'sandbox';
}

interface Beside extends Pick<GateEvidence, 'scenarios' | 'probe'> {
  readonly labels: readonly Label[] | null;
}

/** What lies beside the journal: whether it can be read is known before anything large is. */
async function beside({
  labels: file,
  sandboxDir,
  scenarios,
  probeFile,
  actuals,
}: Asked): Promise<Result<Beside, string>> {
  if (actuals !== undefined && !existsSync(actuals.place))
    return fail(`Failed to read the actuals: there is no \`${actuals.place}\`. Name a file, or a data directory.`);
  const labels = file === undefined ? ok(null) : await labelsIn(file);
  if (!labels.ok) return labels;
  const probe = probeFile === undefined ? ok(null) : await probeIn(probeFile);
  if (!probe.ok) return probe;
  const found = sandboxDir === undefined ? ok(null) : await scenariosIn(sandboxDir, scenarios);
  if (!found.ok) return found;
  return ok({ labels: labels.value, probe: probe.value, scenarios: found.value });
}

async function labelsIn(file: string): Promise<Result<readonly Label[], string>> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => error as Error);
  if (typeof text !== 'string') return fail(`Failed to read \`${file}\`: ${text.message}. Name a file of labels.`);
  const read = readLabels(text, file);
  return read.ok ? read : fail(`Failed to read ${read.failure}`);
}

interface JournalPart {
  readonly head: Head | null;
  readonly evidence: JournalEvidence;
  readonly stretch: Stretch;
  readonly standing: GateEvidence['standing'];
  readonly counted: Counted;
}

/** Of a journal that is written meanwhile, what stood there when it was opened. */
async function journalPart(
  asked: Asked,
  from: Stage,
  labels: readonly Label[] | null,
): Promise<Result<JournalPart, string>> {
  const { dir } = asked;
  // Both go over the whole journal, the one here and the other in the database's own threads.
  const [wrong, read] = await Promise.all([problemsOf(dir), opened(dir).catch(unasked)]);
  if ('error' in read) {
    if (wrong.length > 0) return ok(worthless(asked, null, wrong));
    // A last segment that is gone whole: what was sealed tells of it, and no hash does.
    if (read.error instanceof JournalDamaged) return ok(worthless(asked, null, [read.error.message]));
    throw read.error;
  }
  const { warehouse, head } = read;
  try {
    if (wrong.length > 0 || head === null) return ok(worthless(asked, null, wrong));
    const turning = await turningIn(warehouse, asked.agent);
    const redecided = redecidedUntil(dir, head, turning.policies);
    if ('problem' in redecided) return ok(worthless(asked, head, [redecided.problem]));
    return await partOf(asked, from, labels, { warehouse, head, redecided, turning });
  } finally {
    warehouse.close();
  }
}

async function opened(dir: string): Promise<{ readonly warehouse: Warehouse; readonly head: Head | null }> {
  const warehouse = await openWarehouse(dir);
  try {
    return { warehouse, head: await headOf(warehouse) };
  } catch (error) {
    warehouse.close();
    throw error;
  }
}

const unasked = (error: unknown): { readonly error: unknown } => ({ error });

interface Read {
  readonly warehouse: Warehouse;
  readonly head: Head;
  readonly redecided: JournalEvidence['redecided'];
  readonly turning: Turning;
}

async function partOf(
  asked: Asked,
  from: Stage,
  labels: readonly Label[] | null,
  { warehouse, head, redecided, turning }: Read,
): Promise<Result<JournalPart, string>> {
  const { dir, policy, agent, now } = asked;
  const stretch = stretchOf({ policy, agent, ...turning, from, at: earnedFor(asked, from) });
  const [first, last] = [stretch.first ?? head.seq + 1, stretch.last ?? head.seq];
  const { notBefore } = stretch;
  const counted = await countedIn(warehouse, asked, { from, first, last, notBefore, labels, turning });
  if (!counted.ok) return counted;
  const engines = stretch.first === null ? [] : await enginesOf(warehouse, first, last);
  const imported = await importedIn(warehouse, { agent, stage: from, first, last });
  const evidence = { dir, head, redecided, imported, engines, problems: [] };
  return ok({ head, evidence, stretch, standing: standingOf(policy, agent, turning, now), counted: counted.value });
}

const NOTHING_DECIDED: JournalEvidence['redecided'] = { calls: 0, differences: 0, recorded: '', now: '', first: null };

/** A journal that is empty, or of which nothing can be believed. */
function worthless(asked: Asked, head: Head | null, problems: readonly string[]): JournalPart {
  const { dir, policy, agent, now } = asked;
  return {
    head,
    evidence: { dir, head, redecided: NOTHING_DECIDED, imported: 0, engines: [], problems },
    stretch: NOTHING,
    standing: standingOf(policy, agent, { standings: [] }, now),
    counted: nothingCounted(asked),
  };
}

/** What DuckDB says of it. */
const OUT_OF_MEMORY = /^Out of Memory Error/;

/** What the warehouse cannot do is told, and not thrown. */
function expected(dir: string): (error: unknown) => Result<never, string> {
  return (error) => {
    if (error instanceof QueryFailed && OUT_OF_MEMORY.test(error.message))
      return fail(
        `Failed to read \`${dir}\`: what of it is not sealed does not fit into memory. Run \`interlock seal --data ${dir}\` first.`,
      );
    if (error instanceof QueryFailed || error instanceof TooManyIntents)
      return fail(`Failed to read \`${dir}\`: ${error.message}`);
    throw error;
  };
}
