import { z } from 'zod';
import { ROLES } from './roles.ts';
import { UserView } from './session.ts';

const Roles = z
  .array(z.string().max(20))
  .max(20)
  .meta({ description: `Of ${ROLES.join(', ')}.`, examples: [['approver']] });
const By = z
  .string()
  .min(1)
  .max(200)
  .optional()
  .meta({ description: 'In whose name; left out by whoever has signed in.', examples: ['ann'] });

/** `POST /v1/users` */
export const NewUser = z
  .strictObject({
    name: z.string().meta({ description: 'As the journal will call them.', examples: ['ben'] }),
    roles: Roles,
    subject: z
      .string()
      .nullable()
      .default(null)
      .meta({ description: 'The `sub` by which the identity provider knows them; null: they sign in with a token.' }),
    by: By,
  })
  .meta({ id: 'NewUser' });

/** `POST /v1/users/{name}/change` */
export const ChangedUser = z
  .strictObject({
    roles: Roles.nullable().default(null).meta({ description: 'In place of those they have; null: as they are.' }),
    renew: z.boolean().default(false).meta({ description: 'Another token; the one before is no good any more.' }),
    by: By,
  })
  .meta({ id: 'ChangedUser' });

export const UserMade = z
  .strictObject({
    user: UserView,
    token: z.string().nullable().meta({ description: 'Shown this once, and kept nowhere; null where none was made.' }),
  })
  .meta({ id: 'UserMade' });

export const UserList = z.array(UserView).meta({ id: 'UserList' });
export const UserRemoved = z.strictObject({ user: z.string() }).meta({ id: 'UserRemoved' });
