import type { Clock } from '../../std/clock.ts';
import { fail, ok, type Result } from '../../std/result.ts';
import type { Engine } from '../../engine/engine.ts';
import type { AgentId } from '../../engine/ids.ts';
import type { Entry } from '../../journal/entry.ts';
import type { Grants, Outbox, Proof, Users, Vault } from '../../journal/index.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import type { Shelf } from '../../promotion/index.ts';
import type { JournalPort } from '../judge/admit.ts';
import type { Flights } from '../flight/flights.ts';
import type { Freezer } from '../freezer.ts';
import type { Asker, Reloaded } from '../reload/reloader.ts';

/** What operations work on: a running door's own parts, or those of a journal that no door has open. */
export interface OperationParts {
  readonly policy: LoadedPolicy;
  readonly engine: Engine;
  readonly grants: Grants;
  /** Who may enter the control room. */
  readonly users: Users;
  readonly outbox: Outbox;
  readonly journal: JournalPort;
  /** Where personal data is kept; `null`: none ever was. */
  readonly vault: Vault | null;
  readonly clock: Clock;
  readonly freezer: Pick<Freezer, 'stop'>;
  readonly flights: Flights;
  /** The promotions that it has admitted. */
  readonly shelf: Shelf;
  /** Mocks answer for the upstreams. */
  readonly mocked: boolean;
  /** How the journal's checkpoints are doing; absent where nobody signs any. */
  readonly checkpoints?: () => object;
  /** How whoever acts has shown that it is them; absent: the name is what they say. */
  readonly proof?: Proof;
  /** Loads the policy again from its file; absent where no door runs, or its policy has none. */
  readonly reload?: (asker: Asker, dry: boolean) => Outcome<Reloaded>;
  /** Bytes that nobody can guess; of this machine where absent. */
  readonly random?: (bytes: number) => Buffer;
}

/** Why an operation was refused: what failed, on what, and the next step. */
export interface OperationRefused {
  readonly status: 400 | 404 | 409;
  readonly message: string;
}

export type Outcome<Value> = Promise<Result<Value, OperationRefused>>;

/** Who did something, and why: what every human act must say. */
export interface Word {
  readonly by: string;
  readonly reason: string;
}

/** Names and reasons are for people to read in a line or two. */
export const NAME_MAX_CHARACTERS = 200;
export const REASON_MAX_CHARACTERS = 1_000;
const CONTROL_CHARACTER = /\p{Cc}/u;

export function refused(status: OperationRefused['status'], message: string): Result<never, OperationRefused> {
  return fail({ status, message });
}

export function knownAgent({ policy }: OperationParts, agent: string): Result<AgentId, OperationRefused> {
  const { agents } = policy.policy;
  if (agents.has(agent as AgentId)) return ok(agent as AgentId);
  return refused(404, `No agent \`${agent}\` in the policy. It names: ${[...agents.keys()].join(', ')}.`);
}

/** A name and a reason, without blanks around them; a freeze or a hold is not lifted by nobody for nothing. */
export function spoken(what: string, by: string, reason: string): Result<Word, OperationRefused> {
  const word = { by: by.trim(), reason: reason.trim() };
  if (word.by === '' || word.by.length > NAME_MAX_CHARACTERS || CONTROL_CHARACTER.test(word.by)) {
    return refused(
      400,
      `Failed to ${what}: say who decides this, in 1 to ${NAME_MAX_CHARACTERS} characters: --by NAME.`,
    );
  }
  if (word.reason === '' || word.reason.length > REASON_MAX_CHARACTERS) {
    return refused(400, `Failed to ${what}: say why, in 1 to ${REASON_MAX_CHARACTERS} characters: --reason ….`);
  }
  return ok(word);
}

/** Records what has been done, and resolves once that is on the disk. */
export async function record({ journal }: OperationParts, entry: Entry): Promise<void> {
  journal.append(entry);
  await journal.durable();
}
