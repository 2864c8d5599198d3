import type { Clock } from '../std/clock.ts';
import type { Engine } from '../engine/engine.ts';
import type { Operations } from '../door/operations.ts';
import type { Door } from '../door/door.ts';
import type { StartedDoor } from '../door/start.ts';
import type { Grants, Outbox, Users } from '../journal/index.ts';
import type { LoadedPolicy } from '../policy/index.ts';

/**
 * The running door, as the control room sees it. It looks at the engine and the journal's head, and changes things by
 * `operations` alone. INVARIANT: `policy` may be another one at every look; nothing may be kept that was made of it.
 */
export interface Premises {
  readonly operations: Operations;
  readonly engine: Engine;
  readonly grants: Grants;
  readonly users: Users;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly log: StartedDoor['log'];
  readonly door: Pick<Door, 'isDraining' | 'flights' | 'connections' | 'bodies'>;
  readonly policy: LoadedPolicy;
  /** Mocks answer for the upstreams: whoever looks must be told. */
  readonly mocked: boolean;
  /** The data directory. */
  readonly dir: string;
}
