import { z } from 'zod';

const Agent = z.string().meta({ description: 'An agent of the policy.', examples: ['refunds-bot'] });
const Routes = z
  .array(z.string())
  .nonempty()
  .nullable()
  .meta({ description: 'Null: every route that the agent (or the grant to narrow) has.', examples: [['get_charge']] });

export const GrantRequest = z
  .strictObject({
    agent: Agent,
    task: z
      .string()
      .min(1)
      .max(200)
      .meta({ examples: ['refunds of ticket 4711'] }),
    expiresMs: z
      .number()
      .int()
      .positive()
      .meta({ description: '31 days at most.', examples: [3_600_000] }),
    routes: Routes,
    values: z
      .record(z.string(), z.array(z.string()))
      .optional()
      .meta({ description: 'What is declared for its task, by name.', examples: [{ payee: ['acct_1'] }] }),
    certificate: z
      .string()
      .optional()
      .meta({ description: 'The thumbprint (`x5t#S256` of RFC 8705) of the client certificate to bind it to.' }),
    parent: z.string().nullable().meta({ description: 'The grant to narrow; null: none.' }),
    by: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .meta({ description: 'In whose name; left out by whoever has signed in.', examples: ['ann'] }),
  })
  .meta({ id: 'GrantRequest' });

/** A grant as a person or a tool reads it: never its token, nor what it is told by. */
export const GrantLine = z
  .strictObject({
    grant: z.string().meta({ examples: ['grant_3f1c'] }),
    agent: Agent,
    task: z.string(),
    environment: z.string(),
    routes: z.array(z.string()).nullable(),
    expiresAt: z.string(),
    parent: z.string().nullable(),
    state: z.string().meta({
      description:
        '`live`, `expired`, `revoked`, or `identity_changed`: it is for another version, model or prompt of its agent.',
    }),
    identity: z.string().optional(),
    certificate: z.string().optional(),
  })
  .meta({ id: 'GrantLine' });

export const GrantMade = z
  .strictObject({
    grant: z.strictObject({
      id: z.string(),
      agent: Agent,
      task: z.string(),
      environment: z.string(),
      routes: z.array(z.string()).nullable(),
      values: z.record(z.string(), z.array(z.string())).optional(),
      certificate: z.string().optional(),
      expiresAt: z.number().int().meta({ description: 'Milliseconds since 1970, in UTC.' }),
      parent: z.string().nullable(),
      identity: z.string().optional(),
    }),
    token: z.string().meta({ description: 'Shown this once, and kept nowhere.' }),
  })
  .meta({ id: 'GrantMade' });

export const GrantRevoked = z.strictObject({ grant: z.string() }).meta({ id: 'GrantRevoked' });
