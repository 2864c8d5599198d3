import type { Instant } from '../../std/clock.ts';
import { ok } from '../../std/result.ts';
import { ASSENT_MS, samePerson, type Assent } from '../../engine/assents.ts';
import type { Freeze } from '../../engine/event.ts';
import type { AgentId, CallId } from '../../engine/ids.ts';
import { knownAgent, refused, spoken, type OperationParts, type Outcome, type Word } from './parts.ts';
import { mayBeOne } from './users.ts';

/** What a person's `resume` did: the agent works again, or another person must say so too. */
export type Resumed =
  | { readonly kind: 'resumed'; readonly frozenSince: Instant; readonly people: readonly string[] }
  | { readonly kind: 'assented'; readonly frozenSince: Instant; readonly by: string; readonly until: Instant };

/** Stops an agent and severs its calls. Killing a frozen agent again is allowed: it severs what a freeze let finish. */
export async function kill(
  parts: OperationParts,
  agent: string,
  reason: string,
  by: string,
): Outcome<{ readonly severed: readonly CallId[] }> {
  const id = knownAgent(parts, agent);
  if (!id.ok) return id;
  const { journal, freezer } = parts;
  const severed = freezer.stop({ agent: id.value, trip: 'kill', by: `human:${by}`, reason });
  await journal.durable();
  return ok({ severed });
}

export interface KilledAgent {
  readonly agent: AgentId;
  readonly severed: readonly CallId[];
}

/**
 * Stops every agent of the policy in one step, with one wait for the disk. One whose record fails is stopped all the same, and
 * so are those behind it; then the failure is told.
 */
export async function killAll(
  parts: OperationParts,
  reason: string,
  by: string,
): Outcome<{ readonly agents: readonly KilledAgent[] }> {
  const { journal, freezer, policy, flights } = parts;
  const failures: unknown[] = [];
  // The last agent's calls must not be heard for as long as it takes to settle those of all before it.
  for (const agent of policy.policy.agents.keys()) flights.silence(agent);
  const agents = [...policy.policy.agents.keys()].map((agent): KilledAgent => {
    try {
      return { agent, severed: freezer.stop({ agent, trip: 'kill', by: `human:${by}`, reason }) };
    } catch (error) {
      failures.push(error);
      return { agent, severed: [] };
    }
  });
  if (failures.length > 0) throw failures[0];
  await journal.durable();
  return ok({ agents });
}

/** Stops an agent and lets what is under way finish. One that is stopped already stays as it is: a kill is not softened. */
export async function freeze(
  parts: OperationParts,
  agent: string,
  reason: string,
  by: string,
): Outcome<{ readonly agent: AgentId; readonly at: Instant }> {
  const id = knownAgent(parts, agent);
  if (!id.ok) return id;
  const word = spoken(`freeze \`${agent}\``, by, reason);
  if (!word.ok) return word;
  const { engine, journal, freezer } = parts;
  const standing = engine.frozen(id.value);
  if (standing !== undefined) {
    const since = new Date(standing.at).toISOString();
    return refused(
      409,
      `Failed to freeze \`${agent}\`: ${standing.by} stopped it at ${since} already. To sever what is under way: interlock kill ${agent} --reason …`,
    );
  }
  freezer.stop({ agent: id.value, trip: 'freeze', by: `human:${word.value.by}`, reason: word.value.reason });
  await journal.durable();
  const frozen = engine.frozen(id.value);
  // Somebody may have resumed it while the disk took its time.
  return ok({ agent: id.value, at: frozen?.at ?? parts.clock.now() });
}

/**
 * Lets a frozen agent work again; only here does a freeze end. Where the policy asks for two people, the first is put on
 * record and the agent stays frozen until a different one says the same, of the same freeze and within {@link ASSENT_MS}.
 */
export async function resume(parts: OperationParts, agent: string, reason: string, by: string): Outcome<Resumed> {
  const id = knownAgent(parts, agent);
  if (!id.ok) return id;
  const word = spoken(`resume \`${agent}\``, by, reason);
  if (!word.ok) return word;
  const { engine, clock, policy, users, proof } = parts;
  const freeze = engine.frozen(id.value);
  if (freeze === undefined) return refused(409, `Failed to resume \`${agent}\`: it is not frozen.`);
  const at = clock.now();
  if (policy.policy.agents.get(id.value)?.resumePeople !== 2) return thaw(parts, freeze, at, word.value, []);
  // Two names that one tired person can type are no two people, once there is a way to tell.
  const mustProve = users.count > 0;
  if (mustProve && proof === undefined) {
    const next = 'Sign in to the control room, or set INTERLOCK_USER_TOKEN to your own token, and resume it there.';
    return refused(
      409,
      `Failed to resume \`${agent}\`: its policy asks for two people, and nobody has shown who you are. ${next}`,
    );
  }
  const earlier = engine.assents.of(freeze, at);
  const first = mustProve && !standsFor(users, earlier) ? undefined : earlier;
  if (first === undefined) return assent(parts, freeze, at, word.value);
  const [one, other] = [users.named(first.by), users.named(word.value.by)];
  if (one !== undefined && other !== undefined && mayBeOne(one, other)) {
    const who = `${first.by} has said so already, and ${word.value.by} may be the same person`;
    return refused(
      409,
      `Failed to resume \`${agent}\`: ${who}: one of you came by the identity provider's claims alone, the other by a token. Put whom it vouches for on record, by a name: interlock user add NAME --role ROLE --oidc SUB.`,
    );
  }
  if (!samePerson(first.by, word.value.by)) return thaw(parts, freeze, at, word.value, [first.by]);
  const next = 'Its policy asks for two: another person must resume it too.';
  return refused(409, `Failed to resume \`${agent}\`: ${first.by} has said so already. ${next}`);
}

/**
 * Whether the first word still counts: by somebody who showed who they are, and is on record as they were then. Who was removed,
 * may do something else or has another token since must say it again: it may have been said with what was taken from them, and
 * under another name it would be a second person's.
 */
function standsFor(users: OperationParts['users'], assent: Assent | undefined): boolean {
  if (assent?.proven !== true) return false;
  const person = users.named(assent.by);
  return person !== undefined && person.changedAt <= assent.at;
}

/**
 * Record and engine move in one step, so that the journal's order is the engine's: no call may be decided between the two
 * (I8). A write admitted after it is durable only after it, too.
 */
async function thaw(
  { engine, journal }: OperationParts,
  { agent, at: frozenSince }: Freeze,
  at: Instant,
  { by, reason }: Word,
  others: readonly string[],
): Outcome<Resumed> {
  journal.append({ kind: 'resume', at, agent, by: `human:${by}`, reason });
  engine.apply({ kind: 'resumed', agent, at });
  await journal.durable();
  return ok({ kind: 'resumed', frozenSince, people: [...others, by] });
}

/** The agent stays frozen: the first of two has spoken. */
async function assent(
  { engine, journal, proof }: OperationParts,
  { agent, at: freeze }: Freeze,
  at: Instant,
  { by, reason }: Word,
): Outcome<Resumed> {
  journal.append({ kind: 'assent', at, agent, by, reason, freeze });
  engine.apply({ kind: 'assented', agent, at, by, freeze, ...(proof !== undefined && { proven: true }) });
  await journal.durable();
  return ok({ kind: 'assented', frozenSince: freeze, by, until: at + ASSENT_MS });
}
