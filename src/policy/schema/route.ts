import { z } from 'zod';
import { Affects, Answer, Gone, List } from './answer.ts';
import { Body } from './body.ts';
import { Person, Pii } from './privacy.ts';
import { Amount, CurrencyCode, Id, text } from './text.ts';

export const EFFECTS = ['read', 'write', 'money', 'destructive'] as const;

export const FIELD_FORM = 'a field of the request: body.amount, query.limit, header.x-tenant, or a path parameter';

export const FieldPath = text(FIELD_FORM, /^[A-Za-z_][A-Za-z0-9_.-]{0,255}$/);

const DECIMALS_FORM = 'a whole number from 0 to 36';

const PaidByX402 = z
  .strictObject({
    decimals: z
      .int({ error: DECIMALS_FORM })
      .min(0, { error: DECIMALS_FORM })
      .max(36, { error: DECIMALS_FORM })
      .meta({ description: "The asset's decimals: 6 for USDC.", examples: [6] }),
    currency: CurrencyCode.meta({ description: 'What one unit of the asset counts as.', examples: ['USD'] }),
  })
  .meta({
    description: 'What the payment header (x402) of a request pays. A request without one moves no money.',
    examples: [{ decimals: 6, currency: 'USD' }],
  });

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
    x402: PaidByX402.optional(),
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
    description: 'How to read what a call moves. Exactly one of minor, major, fixed and x402.',
    examples: [{ minor: 'body.amount', currency: 'body.currency', default: 'usd' }],
  });

/** A condition longer than this belongs into two routes. */
const REQUIREMENT_LENGTH_MAX = 4_000;

const Precondition = z
  .strictObject({
    read: z.string({ error: 'a GET with fields of the write in it: GET /v1/charges/{body.charge}' }).meta({
      description:
        'What the door reads just before it sends the write: a GET that a route of the same upstream describes. ' +
        'A placeholder is a whole path segment or query value: a path parameter of the write, body.x, query.x, header.x.',
      examples: ['GET /v1/charges/{body.charge}'],
    }),
    require: z
      .string({ error: 'a CEL expression in quotes: "response.body.refunded == false"' })
      .min(1)
      .max(REQUIREMENT_LENGTH_MAX)
      .meta({
        description:
          'A CEL expression over `response` (status, body) and the variables of the write. ' +
          'The write is sent only where it is true.',
        examples: ['response.body.refunded == false'],
      }),
  })
  .meta({ description: 'What must still hold of the world when the write is sent.' });

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
    pii: Pii,
    person: Person,
    subject: z
      .string({ error: 'a template with a field of the request: "charge:{body.charge}"' })
      .max(256)
      .optional()
      .meta({
        description: 'What it acts on. Placeholders: a path parameter by name, body.x, query.x, header.x.',
        examples: ['charge:{body.charge}', 'order:{id}'],
      }),
    amount: MoneyMoved.optional(),
    precondition: Precondition.optional(),
    items: FieldPath.optional().meta({
      description: 'The list whose length is the number of items of a bulk call; `body` where the body is the list.',
      examples: ['body.items'],
    }),
    body: Body.optional(),
    answer: Answer.optional(),
    affects: Affects.optional(),
    list: List.optional(),
    gone: Gone.optional(),
    shape: z
      .literal('off')
      .optional()
      .meta({
        description: "Its requests are not held against the upstream's `openapi`, nor need it be an operation there.",
        examples: ['off'],
      }),
  })
  .meta({ description: 'One operation of an upstream. What no route describes is refused.' });

export type RouteFile = z.infer<typeof Route>;
export type AmountFile = z.infer<typeof MoneyMoved>;
