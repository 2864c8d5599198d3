import type { Call } from '../engine/call.ts';
import type { CallId } from '../engine/ids.ts';
import type { Origin, Rests } from '../journal/entry.ts';
import type { LoadedPolicy } from '../policy/index.ts';
import type { Reading } from './judge/reading.ts';

/** A whole answer that no upstream gave. */
export interface MadeAnswer {
  readonly status: number;
  /** Names in lower case and values in turn, framing left out. */
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/** Why there is no honest answer, for the agent: an RFC 9457 problem. */
export interface Unanswerable {
  /** A stable code in snake case. */
  readonly reason: string;
  readonly detail: string;
  /** One sentence that a model can act on. */
  readonly hint: string;
}

/** What the agent is shown, and what that is. */
export type Shown =
  | {
      readonly kind: 'answer';
      readonly answer: MadeAnswer;
      readonly origin: Origin | undefined;
      readonly merged: readonly CallId[];
      readonly unmerged: readonly CallId[];
    }
  | ({ readonly kind: 'unanswerable' } & Unanswerable);

/** How a session's captured writes change what a read of it sees. */
export type Overlay =
  /** Nothing needs to be read: what it asks for exists in the session alone, or no longer does. */
  | { readonly kind: 'alone'; readonly shown: Shown }
  /** The upstream is asked, and its whole answer goes through this before anybody sees it. */
  | {
      readonly kind: 'over';
      readonly merge: (real: MadeAnswer) => Shown;
      /**
       * Nothing that the session wrote is in it, it is only looked at: it is asked for as the client asks, and an answer that
       * is no whole JSON, too long or unreadable streams past as it stands.
       */
      readonly spare?: true;
    };

/**
 * What an agent in shadow lives in: the real world, with its own captured writes over it. `src/stages` makes it.
 *
 * Synchronous and without any way to an upstream: whatever it does, nothing can leave (I11). A session is one run of one
 * agent (`call.agent`, `call.session`); sessions do not see each other's writes.
 */
export interface Shadow {
  /**
   * What is answered to a captured write, and the write becomes part of its session. Called once its intent is on the disk.
   * The same idempotency key (`call.key`) with the same fingerprint in one session gets the same answer and is no second write.
   */
  capture(write: Reading): Shown;
  /** How the session's captured writes concern a read; `undefined`: not at all, and the upstream's answer streams past. */
  overlay(read: Reading): Overlay | undefined;
  /** What of the session's made-up world a call may rest on; asked right before it is decided. */
  rests(call: Reading): Rests | undefined;
  /**
   * A captured write of an earlier process, with what was answered to it, in the journal's order: what {@link capture} and
   * its answer left in the session is there again. Called at the start only.
   */
  restore(write: Reading, answered: MadeAnswer): void;
  /**
   * A captured write of an earlier process of which not enough is left to restore it: its person was erased, or more was
   * answered than a journal keeps. From here on the session's reads say that they do not show it (`unmerged`).
   */
  lost(write: Pick<Call, 'id' | 'agent' | 'grant' | 'session' | 'route' | 'subject'>): void;
  /**
   * The same world under another policy, with the sessions that are under way. It takes this one's place where it begins;
   * calls that were decided before may still end in this one.
   */
  under(policy: LoadedPolicy): Shadow;
  /** From here on agents live in it. Where answers are made otherwise than before, sessions with captured writes are forgotten. */
  begin(): void;
}

/** Of a door that was given none: it can show an agent nothing that is not so. */
export const NO_SHADOW: Shadow = {
  capture: () => ({
    kind: 'unanswerable',
    reason: 'capture_unanswerable',
    detail: 'This door makes no answers to captured writes. The write was taken down and not sent.',
    hint: 'Go on without this write, and say in a note which one you would have made.',
  }),
  overlay: () => undefined,
  rests: () => undefined,
  restore: () => undefined,
  lost: () => undefined,
  under: () => NO_SHADOW,
  begin: () => undefined,
};
