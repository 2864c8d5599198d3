import { ok } from '../../std/result.ts';
import type { AgentId, CallId } from '../../engine/ids.ts';
import type { AssessmentEntry } from '../../journal/entry.ts';
import { NAME_MAX_CHARACTERS, record, refused, spoken, type OperationParts, type Outcome } from './parts.ts';

/** What a reviewer thinks of one call. */
export interface Assessment {
  readonly call: string;
  /** Whose call it is, as the journal says. */
  readonly agent: string;
  readonly opinion: AssessmentEntry['opinion'];
  readonly by: string;
  readonly reason: string;
}

export interface Assessed {
  readonly call: CallId;
  readonly opinion: AssessmentEntry['opinion'];
  readonly by: string;
}

const ID = /^[^\p{Cc}\p{Z}]+$/u;

/**
 * Puts an opinion on record. It changes no decision.
 *
 * Whether there is such a call is looked up by whoever asks, for the door keeps no list of its calls; whoever counts opinions
 * leaves out those of none.
 */
export async function assess(parts: OperationParts, given: Assessment): Outcome<Assessed> {
  const { call, agent, opinion, by, reason } = given;
  const what = `review \`${call.slice(0, NAME_MAX_CHARACTERS)}\``;
  const word = spoken(what, by, reason);
  if (!word.ok) return word;
  for (const id of [call, agent]) {
    if (id.length > NAME_MAX_CHARACTERS || !ID.test(id)) {
      return refused(
        400,
        `Failed to ${what}: it names a call or an agent by more than a word of ${NAME_MAX_CHARACTERS} characters.`,
      );
    }
  }
  const at = parts.clock.now();
  const ids = { call: call as CallId, agent: agent as AgentId };
  await record(parts, { kind: 'assessment', at, ...ids, opinion, ...word.value });
  return ok({ call: ids.call, opinion, by: word.value.by });
}
