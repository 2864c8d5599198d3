import type { Instant } from '../std/clock.ts';
import { folded } from '../std/folded.ts';
import type { UserEntry, UserRole } from './user-entry.ts';

/** A person who may enter the control room. */
export interface User {
  readonly name: string;
  readonly roles: readonly UserRole[];
  /** SHA-256 (hex) of their token. */
  readonly tokenHash?: string;
  /** What the identity provider calls them. */
  readonly subject?: string;
  readonly addedBy: string;
  readonly addedAt: Instant;
  /** When what they may do, or how they show who they are, was last decided. */
  readonly changedAt: Instant;
}

/**
 * The people on record, by name, token and subject. A change makes another {@link User} of somebody, so that whoever holds the
 * one from before can tell.
 */
export class Users {
  readonly #byName = new Map<string, User>();
  readonly #byTokenHash = new Map<string, User>();
  readonly #bySubject = new Map<string, User>();

  apply(entry: UserEntry): void {
    const { user: name, at: addedAt, by: addedBy } = entry;
    const before = this.named(name);
    if (before !== undefined) this.#drop(before);
    if (entry.change === 'removed') return;
    const { roles, tokenHash, subject } = entry;
    this.#keep({
      name,
      roles,
      ...(tokenHash !== undefined && { tokenHash }),
      ...(subject !== undefined && { subject }),
      addedBy: before?.addedBy ?? addedBy,
      addedAt: before?.addedAt ?? addedAt,
      changedAt: addedAt,
    });
  }

  /** Nobody is somebody else for writing their name otherwise: case, blanks and hidden characters count for nothing. */
  named(name: string): User | undefined {
    return this.#byName.get(plain(name));
  }

  ofTokenHash(tokenHash: string): User | undefined {
    return this.#byTokenHash.get(tokenHash);
  }

  ofSubject(subject: string): User | undefined {
    return this.#bySubject.get(subject);
  }

  get count(): number {
    return this.#byName.size;
  }

  all(): readonly User[] {
    return [...this.#byName.values()];
  }

  save(): readonly User[] {
    return this.all();
  }

  /** @param saved of an older version without `changedAt`: then they count as changed when they were added */
  static load(saved: readonly (Omit<User, 'changedAt'> & Partial<User>)[]): Users {
    const users = new Users();
    for (const user of saved) users.#keep({ ...user, changedAt: user.changedAt ?? user.addedAt });
    return users;
  }

  #keep(user: User): void {
    this.#byName.set(plain(user.name), user);
    if (user.tokenHash !== undefined) this.#byTokenHash.set(user.tokenHash, user);
    if (user.subject !== undefined) this.#bySubject.set(user.subject, user);
  }

  #drop({ name, tokenHash, subject }: User): void {
    this.#byName.delete(plain(name));
    if (tokenHash !== undefined) this.#byTokenHash.delete(tokenHash);
    if (subject !== undefined) this.#bySubject.delete(subject);
  }
}

/** As `samePerson` of the engine compares names. */
function plain(name: string): string {
  return folded(name).replaceAll(/\s+/g, ' ');
}
