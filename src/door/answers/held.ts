import type { StageWords } from './stage-words.ts';
import type { Instant } from '../../std/clock.ts';
import type { Call } from '../../engine/call.ts';
import { holdOf } from '../../engine/combine.ts';
import type { Decision } from '../../engine/decision.ts';
import { stateOf, type Hold, type HoldState } from '../../engine/hold.ts';
import type { Engine } from '../../engine/engine.ts';
import type { CallId, UpstreamId } from '../../engine/ids.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import type { NextStep } from './next-step.ts';
import { denialProblem, type Problem } from './problem.ts';

/** Where an agent asks what became of a hold. */
export const HOLDS_PATH = '/.interlock/holds/';

/** How often asking makes sense: people take minutes. */
const POLL_S = 15;
const HELD = 202;

/**
 * The answer to a held call. 202 (RFC 9110 §15.3.3): it was taken down, and nothing has been sent. It carries an `error`
 * like any refusal, for an SDK that looks at nothing else must not take it for done.
 *
 * @param port as for {@link denialProblem}
 */
export function holdProblem(
  call: Call,
  decision: Decision,
  policy: LoadedPolicy,
  port: UpstreamId | undefined,
  stage: StageWords = {},
): Problem {
  const hold = decision.decisive.earlier ?? call.id;
  const expiresAt = holdOf(decision)?.expiresAt ?? call.at;
  const seconds = Math.max(1, Math.min(POLL_S, Math.ceil((expiresAt - call.at) / 1000)));
  return {
    ...denialProblem(call, decision, [], policy, port, stage),
    status: HELD,
    title: 'A human must approve this call first; it was not sent',
    hold,
    expiresAt: new Date(expiresAt).toISOString(),
    poll: HOLDS_PATH + hold,
    retryAfterS: seconds,
    next: { do: 'poll', url: HOLDS_PATH + hold, seconds },
  };
}

/** What an agent should do next about a hold. */
const NEXT: Readonly<Record<HoldState, NextStep>> = {
  pending: { do: 'wait', seconds: POLL_S },
  approved: { do: 'repeat' },
  refused: { do: 'stop' },
  used: { do: 'stop' },
  // It asks a human anew.
  expired: { do: 'repeat' },
};

/** What became of a hold, for the agent whose call it is. */
export function holdStatus(hold: Hold, engine: Engine, at: Instant): HoldStatus {
  const { call, agent, review, expiresAt, usedBy } = hold;
  const state = stateOf(hold, at);
  return {
    call,
    state,
    ...(review !== null && { by: review.by, reason: review.reason }),
    ...(usedBy !== null && { usedBy }),
    expiresAt: new Date(expiresAt).toISOString(),
    // An approval does not thaw its agent.
    next: engine.frozen(agent) === undefined ? NEXT[state] : { do: 'stop' },
  };
}

export interface HoldStatus {
  readonly call: CallId;
  readonly state: HoldState;
  readonly by?: string;
  readonly reason?: string;
  readonly usedBy?: CallId;
  readonly expiresAt: string;
  readonly next: NextStep;
}
