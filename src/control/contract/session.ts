import { z } from 'zod';
import { MAY, ROLES, type Action } from './roles.ts';

const ACTIONS = Object.keys(MAY) as [Action, ...Action[]];

/** Who is signed in, what they may do, and what every request of theirs that changes something must carry. */
export const SessionView = z.strictObject({
  name: z.string(),
  roles: z.array(z.enum(ROLES)),
  may: z.array(z.enum(ACTIONS)),
  /** Goes into the `interlock-csrf` header. */
  csrf: z.string(),
  /** ISO 8601. */
  expiresAt: z.string(),
});
export type SessionView = z.infer<typeof SessionView>;

/** Whose credential a request came with, whatever it was. */
export const WhoView = z
  .strictObject({
    name: z.string().nullable().meta({ description: 'Null: the machine’s token, which names nobody.' }),
    roles: z.array(z.enum(ROLES)),
    may: z.array(z.enum(ACTIONS)),
    proof: z.enum(['machine', 'token', 'oidc']).meta({ description: 'How they have shown it.' }),
  })
  .meta({ id: 'WhoView' });
export type WhoView = z.infer<typeof WhoView>;

/** A person on record; never the token. */
export const UserView = z.strictObject({
  name: z.string(),
  roles: z.array(z.enum(ROLES)),
  /** How they sign in: with a token of ours, or as somebody an identity provider vouches for. */
  by: z.enum(['token', 'oidc']),
  addedBy: z.string(),
  addedAt: z.string(),
});
export type UserView = z.infer<typeof UserView>;
