import type { Stage } from '../../engine/call.ts';
import type { AgentId } from '../../engine/ids.ts';
import type { PolicyEntry, Recorded, StandingEntry } from '../../journal/index.ts';
import { loadRecorded, type LoadedPolicy } from '../../policy/index.ts';
import type { Instant } from '../../std/clock.ts';
import { changeBetween, countsFor } from './change.ts';
import { earnedText, type Earned } from './earned.ts';

/** The records that count: the last stretch of a journal in which it was this agent, under these rules. */
export interface Stretch {
  /** The first record behind the one that opened it. `null`: there is none that counts. */
  readonly first: number | null;
  /** `null`: to the journal's end. */
  readonly last: number | null;
  readonly since: Instant | null;
  readonly until: Instant | null;
  /** Of those records none from before this moment, which no record marks. `null`: each. */
  readonly notBefore: Instant | null;
  /** Why nothing before it counts; `null`: there is nothing before it. */
  readonly reset: string | null;
}

export interface StretchParts {
  readonly policy: LoadedPolicy;
  readonly agent: AgentId;
  readonly policies: readonly Recorded<PolicyEntry>[];
  /** Of this agent. */
  readonly standings: readonly Recorded<StandingEntry>[];
  /** Whose calls are the evidence. */
  readonly from: Stage;
  /** Where the agent must have been promoted to for its records to count; `null`: nobody asks that of this stage. */
  readonly at: Earned | null;
}

/**
 * Evidence begins anew where the agent became another (version, model, prompt) or its rules did (documents too), where it was
 * demoted, where it was promoted to the stage or step that its calls are of, and where a broken glass was whole again: what it
 * did at a stage that it had not earned shows nothing that it may claim. Of the journal only the last stretch counts: what was
 * shown before another policy came and went is of an agent that may not be the same.
 */
export function stretchOf(parts: StretchParts): Stretch {
  const under = underPolicy(parts);
  if (under.first === null) return under;
  const demoted = parts.standings.findLast(({ cause }) => cause.what === 'demoted');
  const opened = parts.at === null ? undefined : openingOf(parts.standings, parts.at);
  if (parts.at !== null && opened === undefined) return { ...NOTHING, reset: `${earnedText(parts.at)} is not open` };
  const whole = wholeAgain(parts.standings, parts.from);
  const begun = [
    ...(demoted === undefined ? [] : [{ record: demoted, why: demotionText(demoted), at: null }]),
    ...(opened === undefined || parts.at === null
      ? []
      : [{ record: opened, why: `${earnedText(parts.at)} was opened`, at: null }]),
    ...(whole === undefined ? [] : [whole]),
  ].toSorted((a, b) => b.record.seq - a.record.seq)[0];
  if (begun === undefined || begun.record.seq < under.first) return under;
  const first = begun.record.seq + 1;
  if (under.last !== null && first > under.last) return { ...NOTHING, reset: begun.why };
  return { ...under, first, since: begun.at ?? begun.record.at, notBefore: begun.at, reset: begun.why };
}

/** No record counts, and there is nothing to say of that. */
export const NOTHING: Stretch = { first: null, last: null, since: null, until: null, notBefore: null, reset: null };

function underPolicy({ policy, agent, policies }: StretchParts): Stretch {
  const known = new Map<string, LoadedPolicy | undefined>();
  const read = policies.map((entry) => {
    if (!known.has(entry.digest)) known.set(entry.digest, readable(entry));
    return { entry, loaded: known.get(entry.digest) };
  });
  const counts = read.map(({ entry, loaded }) => {
    if (entry.digest === policy.digest) return true;
    return loaded !== undefined && countsFor(loaded, policy, agent);
  });
  const last = counts.lastIndexOf(true);
  const newest = read.at(-1);
  if (last === -1) return { ...NOTHING, reset: newest === undefined ? null : changeText(newest.loaded, policy, agent) };
  const first = counts.slice(0, last + 1).lastIndexOf(false) + 1;
  const [opening, before, after] = [read[first], read[first - 1], read[last + 1]];
  return {
    first: (opening?.entry.seq ?? 0) + 1,
    last: after === undefined ? null : after.entry.seq - 1,
    since: opening?.entry.at ?? null,
    until: after?.entry.at ?? null,
    notBefore: null,
    reset: before === undefined ? null : changeText(before.loaded, opening?.loaded ?? policy, agent),
  };
}

function readable(entry: Recorded<PolicyEntry>): LoadedPolicy | undefined {
  const loaded = loadRecorded(entry);
  return loaded.ok ? loaded.value : undefined;
}

function changeText(before: LoadedPolicy | undefined, after: LoadedPolicy, agent: AgentId): string {
  if (before === undefined) return 'this version cannot read the policy that was in force before';
  return changeBetween(before, after, agent) ?? 'another policy was in force between';
}

function demotionText({ cause }: StandingEntry): string {
  return cause.what === 'demoted'
    ? `it was demoted: ${cause.rule} ${cause.observed}, where ${cause.limit} is the limit`
    : 'it was demoted';
}

/** The record since which the agent has been promoted to that stage or step, other records between that left it there notwithstanding. */
function openingOf(
  standings: readonly Recorded<StandingEntry>[],
  { stage, step }: Earned,
): Recorded<StandingEntry> | undefined {
  let opened: Recorded<StandingEntry> | undefined;
  for (const record of standings) {
    const stands = record.claims.some(
      (claim) => claim.ground === 'promotion' && claim.stage === stage && claim.step === step,
    );
    opened = stands ? (opened ?? record) : undefined;
  }
  return opened;
}

/**
 * Where the last glass that let it work at this stage was whole again: the record that says so, or else the moment at which its
 * time is over. `undefined`: none was broken.
 */
function wholeAgain(
  standings: readonly Recorded<StandingEntry>[],
  from: Stage,
): { readonly record: Recorded<StandingEntry>; readonly at: Instant | null; readonly why: string } | undefined {
  const glasses = ({ claims }: StandingEntry) =>
    claims.filter(({ ground, stage }) => ground === 'break_glass' && stage === from);
  const index = standings.findLastIndex((record) => glasses(record).length > 0);
  const broken = standings[index];
  if (broken === undefined) return undefined;
  const why = 'the glass was broken for it, and what it did then it had not earned';
  const ended = standings[index + 1];
  if (ended !== undefined) return { record: ended, at: null, why };
  const until = Math.max(...glasses(broken).map((claim) => claim.until ?? Number.MAX_SAFE_INTEGER));
  return { record: broken, at: until, why };
}
