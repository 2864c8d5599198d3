import { randomBytes } from 'node:crypto';
import { ok, type Result } from '../../std/result.ts';
import { USER_ROLES, type User, type UserEntry, type UserRights, type UserRole } from '../../journal/index.ts';
import { USER_TOKEN_PREFIX } from '../../journal/secrets.ts';
import { hashToken } from '../judge/identify.ts';
import { record, refused, spoken, type OperationParts, type OperationRefused, type Outcome } from './parts.ts';

/** A person on record, as a person or a tool reads them: never their token. */
export interface UserLine {
  readonly name: string;
  readonly roles: readonly UserRole[];
  /** How they sign in. */
  readonly by: 'token' | 'oidc';
  readonly addedBy: string;
  readonly addedAt: string;
}

export interface NewUser {
  readonly name: string;
  readonly roles: readonly string[];
  /** What the identity provider calls them (`sub`); `null`: they sign in with a token, which is made for them. */
  readonly subject: string | null;
  readonly by: string;
}

export interface ChangedUser {
  readonly name: string;
  /** `null`: as they are. */
  readonly roles: readonly string[] | null;
  /** They get another token, and the one they had is no good any more. */
  readonly renew: boolean;
  readonly by: string;
}

export interface UserMade {
  readonly user: UserLine;
  /** In this answer and nowhere else; `null` where none was made. */
  readonly token: string | null;
}

/** More people than any door has operators; all of them are looked through for none. */
export const USERS_MAX = 1_000;
export const USER_NAME_MAX_CHARACTERS = 100;
export const SUBJECT_MAX_CHARACTERS = 255;

/** A name goes into headers, logs and terminals as it stands: letters and digits of any script, and what stands between them. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._@'’+-]*$/u;
/** OpenID Connect Core 1.0 §2: at most 255 characters of ASCII. */
const SUBJECT = /^[\x21-\x7e]+$/;

/** Lets a person in from now on. Answers once that is on the disk; the token is in the answer and nowhere else. */
export async function addUser(parts: OperationParts, given: NewUser): Outcome<UserMade> {
  const { users } = parts;
  const name = given.name.normalize('NFC').trim();
  const what = `add \`${name.slice(0, USER_NAME_MAX_CHARACTERS)}\``;
  const word = spoken(what, given.by, 'they may enter');
  if (!word.ok) return word;
  if (name.length > USER_NAME_MAX_CHARACTERS || !NAME.test(name)) {
    const form = `letters, digits, blanks and . _ @ ' + - (1 to ${USER_NAME_MAX_CHARACTERS}), a letter or digit first`;
    return refused(400, `Failed to ${what}: a name is made of ${form}.`);
  }
  const roles = rolesOf(what, given.roles);
  if (!roles.ok) return roles;
  const known = users.named(name);
  if (known !== undefined) {
    return refused(
      409,
      `Failed to ${what}: ${known.name} is on record already. To change what they may do: interlock user change '${known.name}' --role ROLE.`,
    );
  }
  if (users.count >= USERS_MAX) {
    return refused(
      409,
      `Failed to ${what}: ${USERS_MAX} people are on record, and that is the most. Remove some first.`,
    );
  }
  const subject = subjectOf(parts, what, given.subject);
  if (!subject.ok) return subject;
  const token = subject.value === undefined ? newToken(parts) : null;
  const rights: UserRights = {
    roles: roles.value,
    ...(token !== null && { tokenHash: hashToken(token) }),
    ...(subject.value !== undefined && { subject: subject.value }),
  };
  return made(parts, { change: 'added', user: name, by: word.value.by, ...rights }, token);
}

/** Changes what somebody may do, or gives them another token. Their sessions end, and so does the old token. */
export async function changeUser(parts: OperationParts, given: ChangedUser): Outcome<UserMade> {
  const what = `change \`${given.name}\``;
  const word = spoken(what, given.by, 'they may do something else');
  if (!word.ok) return word;
  const found = knownUser(parts, what, given.name);
  if (!found.ok) return found;
  const { name, subject, tokenHash, roles: before } = found.value;
  const roles = given.roles === null ? ok(before) : rolesOf(what, given.roles);
  if (!roles.ok) return roles;
  if (given.renew && subject !== undefined) {
    return refused(
      409,
      `Failed to ${what}: the identity provider speaks for them, and they have no token. To give them one: remove and add them.`,
    );
  }
  const token = given.renew ? newToken(parts) : null;
  const hash = token === null ? tokenHash : hashToken(token);
  const rights: UserRights = {
    roles: roles.value,
    ...(hash !== undefined && { tokenHash: hash }),
    ...(subject !== undefined && { subject }),
  };
  return made(parts, { change: 'changed', user: name, by: word.value.by, ...rights }, token);
}

/** Lets a person in no more: their token is no good from this step on, and whoever holds their sessions hears of it. */
export async function removeUser(parts: OperationParts, name: string, by: string): Outcome<{ readonly user: string }> {
  const what = `remove \`${name}\``;
  const word = spoken(what, by, 'they may enter no more');
  if (!word.ok) return word;
  const found = knownUser(parts, what, name);
  if (!found.ok) return found;
  const user = found.value.name;
  await changed(parts, { kind: 'user', at: parts.clock.now(), change: 'removed', user, by: word.value.by });
  return ok({ user });
}

/** What stands in front of the subject of people whom nobody put on record: no name that is given to somebody has a colon. */
const VOUCHED = 'oidc:';

/**
 * Whether these two may be one person: one whom the identity provider's claims alone let in, whom nobody here has looked at, and
 * one whom the provider is not said to know. Two of the provider's subjects are two.
 */
export function mayBeOne(a: User, b: User): boolean {
  const isVouched = (user: User): boolean => user.name.startsWith(VOUCHED);
  return (isVouched(a) && b.subject === undefined) || (isVouched(b) && a.subject === undefined);
}

/**
 * Who an identity provider's subject is: somebody on record with the roles they have there, whatever the provider says of them;
 * else somebody with the roles that the provider's claims give, who is put on record with them, and otherwise when they change.
 * Their name is made of the subject alone: whoever could choose it could be two people.
 */
export async function admitSubject(parts: OperationParts, subject: string, roles: readonly UserRole[]): Outcome<User> {
  const { users, clock } = parts;
  const known = users.ofSubject(subject);
  if (known !== undefined && !known.name.startsWith(VOUCHED)) return ok(known);
  if (roles.length === 0) {
    if (known !== undefined) await removeUser(parts, known.name, PROVIDER);
    return refused(404, 'Nobody on record is that.');
  }
  const name = VOUCHED + subject;
  const sorted = USER_ROLES.filter((role) => roles.includes(role));
  if (known?.roles.join() !== sorted.join()) {
    if (subject.length > SUBJECT_MAX_CHARACTERS || !SUBJECT.test(subject) || users.count >= USERS_MAX) {
      return refused(409, 'They cannot be put on record.');
    }
    const change = known === undefined ? 'added' : 'changed';
    const rights = { roles: sorted, subject };
    await changed(parts, { kind: 'user', at: clock.now(), change, user: name, by: PROVIDER, ...rights });
  }
  const user = users.ofSubject(subject);
  return user === undefined ? refused(409, 'They were removed meanwhile.') : ok(user);
}

/** In whose name people are put on record whom the provider's claims let in. */
const PROVIDER = 'the identity provider';

export function listUsers({ users }: OperationParts): readonly UserLine[] {
  return users.all().map(lineOf);
}

type Given = Omit<Extract<UserEntry, UserRights>, 'kind' | 'at'>;

async function made(parts: OperationParts, given: Given, token: string | null): Outcome<UserMade> {
  await changed(parts, { kind: 'user', at: parts.clock.now(), ...given });
  const user = parts.users.named(given.user);
  return user === undefined ? refused(409, `${given.user} was removed meanwhile.`) : ok({ user: lineOf(user), token });
}

/** In one step: between the record and what it means nobody signs in, and no name is given twice. */
async function changed(parts: OperationParts, entry: UserEntry): Promise<void> {
  const onDisk = record(parts, entry);
  parts.users.apply(entry);
  await onDisk;
}

function newToken({ random = randomBytes }: OperationParts): string {
  return USER_TOKEN_PREFIX + random(32).toString('base64url');
}

function knownUser({ users }: OperationParts, what: string, name: string): Result<User, OperationRefused> {
  const user = users.named(name);
  if (user !== undefined) return ok(user);
  return refused(404, `Failed to ${what}: nobody on record is called that. \`interlock user list\` shows them.`);
}

function rolesOf(what: string, given: readonly string[]): Result<readonly UserRole[], OperationRefused> {
  const unknown = given.find((role) => !USER_ROLES.some((one) => one === role));
  if (unknown !== undefined || given.length === 0) {
    const why = unknown === undefined ? 'name a role at least' : `no role \`${unknown}\``;
    return refused(400, `Failed to ${what}: ${why}. There are: ${USER_ROLES.join(', ')}.`);
  }
  return ok(USER_ROLES.filter((role) => given.includes(role)));
}

function subjectOf(
  { users }: OperationParts,
  what: string,
  subject: string | null,
): Result<string | undefined, OperationRefused> {
  if (subject === null) return ok(undefined);
  if (subject.length > SUBJECT_MAX_CHARACTERS || !SUBJECT.test(subject)) {
    const form = `the \`sub\` of the identity provider, 1 to ${SUBJECT_MAX_CHARACTERS} characters of ASCII without blanks`;
    return refused(400, `Failed to ${what}: --oidc takes ${form}.`);
  }
  const other = users.ofSubject(subject);
  return other === undefined
    ? ok(subject)
    : refused(409, `Failed to ${what}: that is ${other.name} already, who is on record.`);
}

function lineOf({ name, roles, subject, addedBy, addedAt }: User): UserLine {
  const by = subject === undefined ? 'token' : 'oidc';
  return { name, roles, by, addedBy, addedAt: new Date(addedAt).toISOString() };
}
