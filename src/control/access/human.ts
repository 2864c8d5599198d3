import type { Context } from 'hono';
import { fail, ok, type Result } from '../../std/result.ts';
import type { Operations } from '../../door/operations.ts';
import type { Role } from '../contract/roles.ts';
import type { Session } from './sessions.ts';

/**
 * Who asks. `machine`: whoever can read `control.json` in the data directory, which is its owner and root; the name is what
 * they say. `token`, `oidc`: a person on record who has shown that it is them.
 */
export interface Human {
  /** `null`: the machine's token, which names nobody; the request's body must then say `by`. */
  readonly name: string | null;
  readonly roles: readonly Role[];
  readonly proof: 'machine' | 'token' | 'oidc';
}

/** What the control API's handlers find in their context. */
export interface ControlEnv {
  readonly Variables: {
    readonly human: Human;
    /** What this human does goes by these: the records say how they have shown who they are. */
    readonly operations: Operations;
    /** Of whoever came by a cookie. */
    readonly session?: Session;
    /**
     * Aborted when the session ends, with `signed_out` or `expired` as its reason: what is still being answered then must stop.
     * Absent: it never does, as with the machine's token.
     */
    readonly ended?: AbortSignal;
    /** Whether they may still enter, as they could when they were let in: a body may take seconds to come. */
    readonly isStillIn?: () => boolean;
  };
}

export type ControlContext = Context<ControlEnv>;

/**
 * In whose name an act goes on record: of who has signed in, whatever the request says; else what it says.
 * @param given the request's own `by`
 */
export function speaker({ name }: Human, given: string | undefined): Result<string, string> {
  if (name === null) return given === undefined ? fail('Say who decides this: `by`.') : ok(given);
  if (given !== undefined && given !== name) {
    return fail(`You have signed in as ${name}, and cannot act as \`${given}\`. Leave \`by\` out.`);
  }
  return ok(name);
}
