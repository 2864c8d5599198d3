import type { Instant } from '../std/clock.ts';

/** How somebody has shown that it is them: by a token that was made for them, or by an identity provider's word. */
export type Proof = 'token' | 'oidc';

/** What an operator did. */
export interface Proven {
  /** Absent: nobody was asked to show anything, and the name is what a command line said. */
  readonly proof?: Proof;
}

/** What people may be in the control room; what each may do is for `src/control/contract/roles.ts` to say. */
export const USER_ROLES = ['viewer', 'operator', 'reviewer', 'approver', 'admin'] as const;
export type UserRole = (typeof USER_ROLES)[number];

/** Who may enter the control room changes. */
export type UserEntry = Proven & {
  readonly kind: 'user';
  readonly at: Instant;
  readonly user: string;
  readonly by: string;
} & ((UserRights & { readonly change: 'added' | 'changed' }) | { readonly change: 'removed' });

/** What somebody may do, and how they sign in. */
export interface UserRights {
  readonly roles: readonly UserRole[];
  /** SHA-256 (hex) of their token, which was shown once and is kept nowhere. Absent: they have none. */
  readonly tokenHash?: string;
  /** What the identity provider calls them (`sub`). Absent: it does not speak for them. */
  readonly subject?: string;
}

/** Somebody came or went, or a place from which too many tried. Failures are counted, and not journalled one by one. */
export type SignInEntry = {
  readonly kind: 'sign-in';
  readonly at: Instant;
  /** From which address, as the control API's socket saw it. */
  readonly address: string;
} & (
  | { readonly what: 'in' | 'out'; readonly user: string; readonly proof: Proof }
  /** Nobody signs in from there for a while. `others`: places that were locked since the last such record, and have none. */
  | { readonly what: 'locked'; readonly failures: number; readonly others: number }
);
