import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Clock } from '../../std/clock.ts';
import { fail, ok, type Result } from '../../std/result.ts';
import type { Policy } from '../../engine/policy.ts';
import { type OpenDoor, openDoor } from '../../door/open.ts';
import { UNHURRIED } from '../../door/limits.ts';
import type { OperationRefused } from '../../door/operations.ts';
import { redecide, revealed, verifyJournal } from '../../journal/index.ts';
import { formatProblem, loadPolicy, loadRecorded, type LoadedPolicy, type PolicyFiles } from '../../policy/index.ts';
import type { UpstreamId } from '../../engine/ids.ts';
import type { Credential } from '../../policy/policy.ts';
import { stageLinks, type LinkSources } from '../../stages/links.ts';
import { newShadow } from '../../stages/shadow.ts';
import { type Acted, act, BUSINESS_KEY, type OperatorHands } from './acted.ts';
import { Businesses } from './businesses.ts';
import type { Checked, Evidence } from './evidence.ts';
import { NIGHT_STARTS_AT } from './night.ts';
import { filesUnder, readRecords, recordedBytes } from './records.ts';
import type { AgentRun, Scenario } from './scenario.ts';
import { WireTap } from './wire-tap.ts';
import { Witness } from './witness.ts';
import { worldTransport } from '../world/world-transport.ts';

/** Longer than any scenario runs; a grant must not end in the middle of one. */
const GRANT_MS = 3_600_000;
/** How long the door waits at the end for answers nobody waits for any more. */
const CLOSE_GRACE_MS = 1_000;
const OPERATOR = 'operator';

/** The guarded run, and what the promises are measured on; the harm of both runs comes from the oracle. */
export interface Guarded extends Acted {
  readonly evidence: Omit<Evidence, 'unguardedHarm' | 'guardedHarm'>;
}

/**
 * The scenario through the door: a real one, with a real journal in `journalDir`, in front of fresh businesses.
 * Whatever is in `journalDir` is removed first.
 *
 * @param inForce what `policy` is made of the policy that the door records
 */
export async function runGuarded(
  scenario: Scenario,
  policy: LoadedPolicy,
  journalDir: string,
  inForce: (recorded: LoadedPolicy) => LoadedPolicy,
): Promise<Guarded> {
  rmSync(journalDir, { recursive: true, force: true });
  let door: OpenDoor | undefined;
  // One clock for all, the door's, so that the businesses' account and the journal can be laid side by side.
  const clock: Clock = { now: () => door?.clock.now() ?? NIGHT_STARTS_AT };
  const witness = new Witness(clock, () => recordedBytes(journalDir));
  const businesses = new Businesses(scenario, clock, witness);
  const failures: Error[] = [];
  const link = linkTo(businesses, witness, policy);
  door = await openDoor({
    limits: UNHURRIED,
    // A sandbox wakes nobody.
    policy: { ...policy, notify: [] },
    dir: journalDir,
    port: 0,
    startsAt: NIGHT_STARTS_AT,
    link: stageLinks({ real: link, world: link }, policy),
    shadow: newShadow(policy),
    onFailure: (error) => failures.push(error),
  });
  const urls = Object.fromEntries(door.urls);
  const tap = new WireTap([door.url, ...door.urls.values()]);
  const tokens = new Map<AgentRun, string>();
  let ran: Awaited<ReturnType<typeof act>>;
  let durationMs: number;
  try {
    await grantAll(scenario, door, tokens);
    ran = await act(scenario, {
      clock,
      worlds: businesses.worlds,
      witness,
      url: door.url,
      urls,
      tokenOf: (run) => tokens.get(run) ?? '',
      hands: handsOn(door),
    });
    await businesses.settled();
    durationMs = clock.now() - NIGHT_STARTS_AT;
  } finally {
    await door.close(CLOSE_GRACE_MS);
    tap.close();
  }
  if (failures[0] !== undefined) throw failures[0];
  const { arrivals, deeds } = witness;
  const { sent, answered } = tap;
  const acted: Acted = { startedAt: NIGHT_STARTS_AT, durationMs, arrivals, deeds, ...ran, sent, answered };
  const secrets = { businessKey: BUSINESS_KEY, tokens: [...tokens.values()] };
  return { ...acted, evidence: await gather(acted, policy.policy, journalDir, secrets, inForce) };
}

/** @throws Error with every problem in it */
export function policyOf(scenario: Scenario): LoadedPolicy {
  const file = `${scenario.name}.yaml`;
  const loaded = loadPolicy(scenario.policy, file, filesOf(scenario));
  if (loaded.ok) return loaded.value;
  const problems = loaded.failure.map((problem) => formatProblem(file, problem)).join('\n');
  throw new Error(`Failed to read the policy of scenario \`${scenario.name}\`:\n${problems}`);
}

/** A scenario stands for itself: it includes nothing, and carries the documents that its policy names. */
function filesOf({ documents = {} }: Scenario): PolicyFiles {
  return {
    include: () => fail('the policy of a scenario includes no files'),
    document: (name) => {
      const text = Object.hasOwn(documents, name) ? documents[name] : undefined;
      return text === undefined ? fail('the scenario has no such document') : ok(Buffer.from(text));
    },
  };
}

function linkTo({ all }: Businesses, witness: Witness, { upstreams }: LoadedPolicy): LinkSources['real'] {
  const links = new Map(
    all.map(({ upstream, handlers }) => [
      upstream,
      {
        transport: witness.transport(upstream, worldTransport({ handlers })),
        basePath: '',
        secrets: [],
        headers: ['host', 'world.test', ...keyHeader(upstreams.get(upstream as UpstreamId)?.credential)],
      },
    ]),
  );
  return (upstream) => {
    const link = links.get(upstream);
    if (link === undefined) throw new Error(`Failed to reach \`${upstream}\`: the scenario has no world of this name.`);
    return link;
  };
}

/** As the policy has it: a business may ask for its key under a name of its own. */
function keyHeader(credential: Credential | undefined): readonly [name: string, value: string] {
  if (credential?.kind === 'header') return [credential.name, BUSINESS_KEY];
  return ['authorization', `Bearer ${BUSINESS_KEY}`];
}

async function grantAll({ agents }: Scenario, { operations }: OpenDoor, tokens: Map<AgentRun, string>): Promise<void> {
  for (const run of agents) {
    const { agent, task } = run;
    const asked = { agent, task, expiresMs: GRANT_MS, routes: null, parent: null, by: OPERATOR };
    const made = await operations.createGrant(asked);
    if (!made.ok) throw new Error(made.failure.message);
    tokens.set(run, made.value.token);
  }
}

function handsOn({ operations }: OpenDoor): OperatorHands {
  return {
    kill: async (agent, reason) => void done(await operations.kill(agent, reason, OPERATOR)),
    resume: async (agent, reason) => void done(await operations.resume(agent, reason, OPERATOR)),
    holds: () => done(operations.holds(null)),
    approve: async (call, reason) => void done(await operations.approve(call, OPERATOR, reason)),
    reject: async (call, reason) => void done(await operations.reject(call, OPERATOR, reason)),
  };
}

/** What the operator's hand did; a scenario whose operator is refused is written wrongly. */
function done<Value>(result: Result<Value, OperationRefused>): Value {
  if (!result.ok) throw new Error(result.failure.message);
  return result.value;
}

/**
 * Everything that the promises are measured on, once the door is closed.
 *
 * @param inForce what the door made of the policy that it recorded: the policy itself, unless agents were let out for the run
 */
export async function gather(
  { arrivals, deeds, answered }: Pick<Acted, 'arrivals' | 'deeds' | 'answered'>,
  policy: Policy,
  journalDir: string,
  { businessKey, tokens }: { readonly businessKey: string; readonly tokens: readonly string[] },
  inForce: (recorded: LoadedPolicy) => LoadedPolicy,
): Promise<Guarded['evidence']> {
  const granted = tokens.map((token, index): [string, string] => [`the token of grant ${index + 1}`, token]);
  return {
    policy,
    arrivals,
    deeds,
    // What was sealed is put back: the promises are about what was really sent.
    records: revealed(journalDir, readRecords(journalDir)),
    journalBytes: recordedBytes(journalDir),
    answered,
    verified: await verified(journalDir),
    redecided: redecided(journalDir, inForce),
    secrets: Object.fromEntries([["the business's key", businessKey], ...granted]),
    files: Object.fromEntries(
      filesUnder(journalDir).map((file) => [path.relative(journalDir, file), readFileSync(file)]),
    ),
  };
}

async function verified(journalDir: string): Promise<Checked> {
  const found = await verifyJournal(journalDir, {});
  if (found.ok) return { held: true, detail: `${found.records} records verified` };
  return { held: false, detail: `${found.file}, byte ${found.offset}: ${found.problem}` };
}

function redecided(journalDir: string, inForce: (recorded: LoadedPolicy) => LoadedPolicy): Checked {
  const { calls, differences } = redecide(journalDir, (recorded) => {
    const loaded = loadRecorded(recorded);
    if (!loaded.ok) throw new Error(`Failed to decide the journal again: its policy ${recorded.file} cannot be read.`);
    return inForce(loaded.value).policy;
  });
  const [first] = differences;
  if (first === undefined) return { held: true, detail: `${calls} calls decided again` };
  return { held: false, detail: `${differences.length} of ${calls} calls differ, first ${JSON.stringify(first)}` };
}
