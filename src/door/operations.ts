import type { Result } from '../std/result.ts';
import type { Instant } from '../std/clock.ts';
import type { AgentId, CallId, GrantId } from '../engine/ids.ts';
import type { Grant, Proof, SignInEntry, User, UserRole } from '../journal/index.ts';
import { assess, type Assessed, type Assessment } from './operations/assess.ts';
import { erase, type ErasedPerson } from './operations/erase.ts';
import { freeze, kill, killAll, resume, type KilledAgent, type Resumed } from './operations/freeze.ts';
import { createGrant, listGrants, revokeGrant, type GrantLine, type GrantRequest } from './operations/grant.ts';
import { proving } from './operations/proving.ts';
import { record, refused, type OperationParts, type OperationRefused, type Outcome } from './operations/parts.ts';
import type { Reloaded } from './reload/reloader.ts';
import { holds, review, type HoldLine, type Reviewed } from './operations/review.ts';
import { breakGlass, endGlass, type Emergency } from './operations/standing/break-glass.ts';
import { demote, type Fall } from './operations/standing/demote.ts';
import { tellEnds } from './operations/standing/ends.ts';
import { admitPromotion, revokePromotion, type Admitted } from './operations/standing/promotions.ts';
import { recheckPromotions, type Lapsed } from './operations/standing/recheck.ts';
import type { Stood } from './operations/standing/stand.ts';
import { status } from './operations/status.ts';
import {
  addUser,
  admitSubject,
  changeUser,
  listUsers,
  removeUser,
  type ChangedUser,
  type NewUser,
  type UserLine,
  type UserMade,
} from './operations/users.ts';

export type { Assessed, Assessment } from './operations/assess.ts';
export type { ErasedPerson } from './operations/erase.ts';
export type { KilledAgent, Resumed } from './operations/freeze.ts';
export type { Emergency } from './operations/standing/break-glass.ts';
export type { Fall } from './operations/standing/demote.ts';
export type { Admitted } from './operations/standing/promotions.ts';
export type { Lapsed } from './operations/standing/recheck.ts';
export type { PolicySource, Reloaded } from './reload/reloader.ts';
export type { Stood } from './operations/standing/stand.ts';
export type { GrantLine, GrantRequest } from './operations/grant.ts';
export type { OperationParts, OperationRefused, Outcome } from './operations/parts.ts';
export type { HoldLine, Reviewed } from './operations/review.ts';
export type { ChangedUser, NewUser, UserLine, UserMade } from './operations/users.ts';

/**
 * What humans do to a running door, or to its journal while no door runs: grants, kills, resumes, approvals.
 * Each is a journal entry, and answers only once that entry is on the disk.
 */
export class Operations {
  readonly #parts: OperationParts;

  constructor(parts: OperationParts) {
    this.#parts = parts;
  }

  /** The same for somebody who has shown that it is them: what they do says so, on record. */
  provenBy(proof: Proof): Operations {
    return new Operations(proving(this.#parts, proof));
  }

  kill(agent: string, reason: string, by: string): Outcome<{ readonly severed: readonly CallId[] }> {
    return kill(this.#parts, agent, reason, by);
  }

  /** One for all: no call of any agent is decided between the first stop and the last. */
  killAll(reason: string, by: string): Outcome<{ readonly agents: readonly KilledAgent[] }> {
    return killAll(this.#parts, reason, by);
  }

  /** Stops without severing. */
  freeze(agent: string, reason: string, by: string): Outcome<{ readonly agent: AgentId; readonly at: Instant }> {
    return freeze(this.#parts, agent, reason, by);
  }

  resume(agent: string, reason: string, by: string): Outcome<Resumed> {
    return resume(this.#parts, agent, reason, by);
  }

  /** What waits for a human; `null`: of every agent. */
  holds(agent: string | null): Result<readonly HoldLine[], OperationRefused> {
    return holds(this.#parts, agent);
  }

  approve(call: string, by: string, reason: string): Outcome<Reviewed> {
    return review(this.#parts, call, true, by, reason);
  }

  reject(call: string, by: string, reason: string): Outcome<Reviewed> {
    return review(this.#parts, call, false, by, reason);
  }

  /** Puts on record what a reviewer thinks of a call. */
  assess(assessment: Assessment): Outcome<Assessed> {
    return assess(this.#parts, assessment);
  }

  /** Makes what was sealed of a person unreadable. */
  erase(person: string, mentions: readonly string[], by: string, reason: string): Outcome<ErasedPerson> {
    return erase(this.#parts, person, mentions, by, reason);
  }

  createGrant(request: GrantRequest): Outcome<{ readonly grant: Grant; readonly token: string }> {
    return createGrant(this.#parts, request);
  }

  revokeGrant(id: string, by: string): Outcome<{ readonly grant: GrantId }> {
    return revokeGrant(this.#parts, id, by);
  }

  listGrants(): readonly GrantLine[] {
    return listGrants(this.#parts);
  }

  /** Lets an agent work where a signed promotion says that it may. */
  admitPromotion(envelope: string, by: string): Outcome<Admitted> {
    return admitPromotion(this.#parts, envelope, by);
  }

  revokePromotion(promotion: string, agent: string, by: string, reason: string): Outcome<Admitted> {
    return revokePromotion(this.#parts, promotion, agent, by, reason);
  }

  /** A named human takes the stage away that an agent stands at. */
  demote(agent: string, by: string, reason: string): Outcome<Stood> {
    return demote(this.#parts, agent, { rule: 'human', observed: reason, limit: '' }, `human:${by}`, reason);
  }

  /** What was watched crossed its line. */
  fall(agent: string, fall: Fall, reason: string): Outcome<Stood> {
    return demote(this.#parts, agent, fall, `watch:${fall.rule}`, reason);
  }

  breakGlass(emergency: Emergency): Outcome<Stood> {
    return breakGlass(this.#parts, emergency);
  }

  endGlass(agent: string, by: string, reason: string): Outcome<Stood> {
    return endGlass(this.#parts, agent, by, reason);
  }

  /** At a start: drops the promotions that do not hold any more, on record, and says which. */
  recheckPromotions(): Promise<readonly Lapsed[]> {
    return recheckPromotions(this.#parts);
  }

  /** Puts on record, and so pages, what time alone does to where agents stand. */
  tellEnds(): Promise<void> {
    return tellEnds(this.#parts);
  }

  /** Lets a person enter the control room. */
  addUser(user: NewUser): Outcome<UserMade> {
    return addUser(this.#parts, user);
  }

  changeUser(user: ChangedUser): Outcome<UserMade> {
    return changeUser(this.#parts, user);
  }

  removeUser(name: string, by: string): Outcome<{ readonly user: string }> {
    return removeUser(this.#parts, name, by);
  }

  /** Who an identity provider's subject is here, with the roles that its claims give. */
  admitSubject(subject: string, roles: readonly UserRole[]): Outcome<User> {
    return admitSubject(this.#parts, subject, roles);
  }

  listUsers(): readonly UserLine[] {
    return listUsers(this.#parts);
  }

  /** Puts on record that somebody came or went, or that too many tried. */
  recordSignIn(entry: Without<SignInEntry, 'kind' | 'at'>): Promise<void> {
    return record(this.#parts, { kind: 'sign-in', at: this.#parts.clock.now(), ...entry });
  }

  /** Loads the policy's file again; `dry`: says what that would do. */
  reload(by: string, dry: boolean): Outcome<Reloaded> {
    const { reload, proof } = this.#parts;
    const words = 'No door runs that could load it; the next start reads the file as it is then: interlock policy diff';
    return reload === undefined ? Promise.resolve(refused(409, words)) : reload({ by, proof }, dry);
  }

  status(): object {
    return status(this.#parts);
  }
}

/** Of each of a union's kinds. */
type Without<Union, Keys extends PropertyKey> = Union extends unknown ? Omit<Union, Keys> : never;
