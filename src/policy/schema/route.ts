import { z } from 'zod';
import { Amount, Id, text } from './text.ts';

export const EFFECTS = ['read', 'write', 'money', 'destructive'] as const;

export const FIELD_FORM = 'a field of the request: body.amount, query.limit, header.x-tenant, or a path parameter';

const FieldPath = text(FIELD_FORM, /^[A-Za-z_][A-Za-z0-9_.-]{0,255}$/);

const MoneyMoved = z
  .strictObject({
    minor: FieldPath.optional().meta({
      description: 'The field that holds whole minor units (cents, yen): JSON integers and plain integer strings.',
      examples: ['body.amount'],
    }),
    major: FieldPath.optional().meta({
      description: 'The field that holds units with decimals: `12.34` as a number or a string.',
      examples: ['body.total'],
    }),
    fixed: Amount.optional().meta({ description: 'Every call costs the same.', examples: ['0.10 USD'] }),
    currency: FieldPath.optional().meta({
      description: 'An ISO 4217 code, or the field that holds one (in any case: `usd`). Needed with minor and major.',
      examples: ['body.currency', 'USD'],
    }),
    default: text('an ISO 4217 currency code: USD, eur, JPY', /^[A-Za-z]{3}$/)
      .optional()
      .meta({
        description: 'The currency of a request that states none. Absent: such a request is refused.',
        examples: ['usd'],
      }),
  })
  .meta({
    description: 'How to read what a call moves. Exactly one of minor, major and fixed.',
    examples: [{ minor: 'body.amount', currency: 'body.currency', default: 'usd' }],
  });

export const Route = z
  .strictObject({
    match: z.string({ error: 'a method and a path: POST /v1/refunds' }).meta({
      description: 'Method and path template. A parameter is a whole segment: `{id}`. Quote it inside `{ … }`.',
      examples: ['GET /v1/charges/{id}', 'POST /v1/refunds'],
    }),
    upstream: Id.meta({ description: 'Which upstream it belongs to.', examples: ['payments'] }),
    effect: z.enum(EFFECTS).meta({
      description: 'What it does to the business. Everything but `read` is a write.',
      examples: ['money'],
    }),
    pii: z
      .boolean()
      .default(false)
      .meta({ description: 'Whether its answers hold personal data.', examples: [true] }),
    subject: z
      .string({ error: 'a template with a field of the request: "charge:{body.charge}"' })
      .max(256)
      .optional()
      .meta({
        description: 'What it acts on. Placeholders: a path parameter by name, body.x, query.x, header.x.',
        examples: ['charge:{body.charge}', 'order:{id}'],
      }),
    amount: MoneyMoved.optional(),
    items: FieldPath.optional().meta({
      description: 'The list whose length is the number of items of a bulk call; `body` where the body is the list.',
      examples: ['body.items'],
    }),
  })
  .meta({ description: 'One operation of an upstream. What no route describes is refused.' });

export type RouteFile = z.infer<typeof Route>;
export type AmountFile = z.infer<typeof MoneyMoved>;
