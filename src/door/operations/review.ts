import { unreachable } from '../../std/assert.ts';
import type { Instant } from '../../std/clock.ts';
import { ok, type Result } from '../../std/result.ts';
import { stateOf, type Hold } from '../../engine/hold.ts';
import type { AgentId, CallId, RouteId, RuleId } from '../../engine/ids.ts';
import { knownAgent, refused, spoken, type OperationParts, type OperationRefused, type Outcome } from './parts.ts';

/** A call that waits for a human, as a person or a tool reads it. */
export interface HoldLine {
  readonly call: CallId;
  readonly agent: AgentId;
  readonly route: RouteId;
  readonly subject: string | null;
  readonly amount: string | null;
  readonly rules: readonly RuleId[];
  readonly since: string;
  readonly expiresAt: string;
  /** Its agent is frozen: even when approved, the call is refused until somebody resumes it. */
  readonly frozen: boolean;
}

export interface Reviewed {
  readonly call: CallId;
  readonly agent: AgentId;
  readonly approved: boolean;
  /** Until when the call may be repeated, or stays refused. */
  readonly expiresAt: string;
}

/** What waits for a human, the oldest first: of one agent, or of all. */
export function holds(parts: OperationParts, agent: string | null): Result<readonly HoldLine[], OperationRefused> {
  const { engine, clock } = parts;
  const known = agent === null ? ok(null) : knownAgent(parts, agent);
  if (!known.ok) return known;
  const waiting = engine.holds.pending(clock.now());
  const chosen = known.value === null ? waiting : waiting.filter((hold) => hold.agent === known.value);
  return ok(
    chosen.map(({ call, agent: whose, route, subject, amount, rules, at, expiresAt }) => ({
      call,
      agent: whose,
      route,
      subject,
      amount,
      rules,
      since: new Date(at).toISOString(),
      expiresAt: new Date(expiresAt).toISOString(),
      frozen: engine.frozen(whose) !== undefined,
    })),
  );
}

/** Approves or refuses a held call, once and for this call alone. Answers when that is on the disk. */
export async function review(
  { engine, clock, journal }: OperationParts,
  call: string,
  approved: boolean,
  by: string,
  reason: string,
): Outcome<Reviewed> {
  const what = `${approved ? 'approve' : 'reject'} \`${call}\``;
  const word = spoken(what, by, reason);
  if (!word.ok) return word;
  const hold = engine.holds.of(call as CallId);
  if (hold === undefined) return refused(404, `Failed to ${what}: no such hold. \`interlock holds\` shows what waits.`);
  const at = clock.now();
  const settled = alreadySettled(hold, at);
  if (settled !== undefined) return refused(409, `Failed to ${what}: ${settled}`);
  // In one step, so that the journal's order is the engine's: no call may be decided between the two (I8).
  // A write that the approval lets through is durable only after it.
  journal.append({ kind: 'review', at, call: hold.call, agent: hold.agent, approved, ...word.value });
  engine.apply({ kind: 'reviewed', call: hold.call, at, approved, ...word.value });
  await journal.durable();
  return ok({ call: hold.call, agent: hold.agent, approved, expiresAt: new Date(hold.expiresAt).toISOString() });
}

/** Why there is nothing to say of a hold any more; `undefined`: it waits. */
function alreadySettled(hold: Hold, at: Instant): string | undefined {
  const state = stateOf(hold, at);
  switch (state) {
    case 'pending':
      return undefined;
    case 'expired':
      return `it expired at ${new Date(hold.expiresAt).toISOString()}. If the agent sends the call again, it waits anew.`;
    case 'used':
      return `${hold.review?.by} approved it, and ${hold.usedBy} has used that up.`;
    case 'approved':
    case 'refused':
      return `${hold.review?.by} has ${state} it already. To stop the agent instead: interlock kill ${hold.agent}.`;
    default:
      return unreachable(state);
  }
}
