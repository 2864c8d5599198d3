import { z } from 'zod';
import { Id, text } from './text.ts';

const PLACE_FORM = 'a member, or members within each other: status, amount.value';
const Place = text(
  PLACE_FORM,
  /^[A-Za-z_$][\w$-]{0,63}(?:\.[A-Za-z0-9_$][\w$-]{0,63}){0,15}$/,
  (place) => !place.split('.').includes('__proto__'),
);

const VALUE_FORM =
  'a text (with fields of the request in it: "{body.amount}"), a number, true, false, null, ' +
  '{ id: re_1Nabc }, { time: seconds }, or { value: … }';

const NewId = z
  .strictObject({
    id: z
      .string({ error: 'what its ids look like, or begin with: re_1NfooBar, re_' })
      .max(64)
      .meta({ description: 'A new id, marked as made up, of the form of this one.', examples: ['re_1NfooBarBaz'] }),
  })
  .meta({ description: 'A new id that looks like the API’s own.' });

const TIME_FORM = 'seconds, milliseconds, date-time or date';

const Now = z
  .strictObject({
    time: z
      .enum(['seconds', 'milliseconds', 'date-time', 'date'], { error: TIME_FORM })
      .meta({ description: 'How the API writes a moment.', examples: ['seconds'] }),
  })
  .meta({ description: 'The time of the call, as the API writes it.' });

const Constant = z
  .strictObject({ value: z.json().meta({ description: 'Any JSON.', examples: [['card']] }) })
  .meta({ description: 'This value as it stands: for lists, objects and texts with braces in them.' });

const NUMBER_FORM = 'a field of the request: body.amount';

const Sum = z
  .strictObject({
    add: z.string({ error: NUMBER_FORM }).meta({ description: 'A number of the request.', examples: ['body.amount'] }),
  })
  .meta({ description: 'What stood there, and this field of the request more.' });

const Difference = z
  .strictObject({
    subtract: z
      .string({ error: NUMBER_FORM })
      .meta({ description: 'A number of the request.', examples: ['body.amount'] }),
  })
  .meta({ description: 'What stood there, and this field of the request less.' });

const Value = z.union(
  [z.string().max(4_000), z.number(), z.boolean(), z.null(), NewId, Now, Constant, Sum, Difference],
  { error: VALUE_FORM },
);

const Members = z.record(Place, Value);

const OK_FORM = 'a status from 200 to 299';

export const Answer = z
  .strictObject({
    status: z
      .int({ error: OK_FORM })
      .min(200, { error: OK_FORM })
      .max(299, { error: OK_FORM })
      .optional()
      .meta({ description: 'Its status. Default: what the document or a template says, else 200.', examples: [201] }),
    item: Id.optional().meta({
      description:
        'The route that reads what this write answers: the answer is that item, as the write leaves it. `body` says what is different in it.',
      examples: ['get_order'],
    }),
    body: Members.optional().meta({
      description: 'What its members are, where neither the document nor a template says so. Counts before both.',
      examples: [{ status: 'succeeded', id: { id: 're_' }, amount: '{body.amount}' }],
    }),
  })
  .meta({ description: 'How the agent is answered where this write is captured (stage `shadow`).' });

const Affect = z
  .strictObject({
    item: z.string({ error: 'a GET with fields of the write in it: GET /v1/charges/{body.charge}' }).meta({
      description: 'What reads the item: a GET that a route of the same upstream describes, with fields of this write.',
      examples: ['GET /v1/charges/{body.charge}'],
    }),
    set: Members.optional().meta({
      description: 'What is different in the item from then on.',
      examples: [{ refunded: true, amount_refunded: { add: 'body.amount' } }],
    }),
    delete: z
      .literal(true, { error: 'true, or leave it out' })
      .optional()
      .meta({ description: 'The item is gone from then on.', examples: [true] }),
  })
  .meta({ description: 'One item that this write changes beside its own.' });

export const Affects = z.array(Affect).meta({
  description:
    'Items that a captured write changes beside the one its path names, for later reads of the session to show. ' +
    'An empty list says that it changes no other. Absent: reads of its subject say that they may lack something.',
  examples: [[{ item: 'GET /v1/charges/{body.charge}', set: { refunded: true } }]],
});

export const List = z
  .strictObject({
    order: z.enum(['newest-first', 'oldest-first'], { error: 'newest-first or oldest-first' }).meta({
      description: 'How the list is ordered where nothing is asked for. Absent: told by the items that it has.',
      examples: ['newest-first'],
    }),
  })
  .meta({ description: 'What is known of a list beside what it shows: where captured writes belong in it.' });

const GONE_FORM = 'a status from 200 to 499';

export const Gone = z
  .strictObject({
    status: z
      .int({ error: GONE_FORM })
      .min(200, { error: GONE_FORM })
      .max(499, { error: GONE_FORM })
      .default(404)
      .meta({ description: 'Its status.', examples: [404] }),
    body: Members.meta({ description: 'Its members.', examples: [{ 'error.message': 'No such customer: {id}' }] }),
  })
  .meta({ description: 'What reading an item answers once the session deleted it, in the API’s own form.' });

export const Shadow = z
  .strictObject({
    templates: z
      .string({ error: 'a path: ./templates.json' })
      .min(1)
      .meta({
        description:
          'How captured writes are answered, learned from recorded answers by `interlock templates learn`; relative to the policy file.',
        examples: ['./templates.json'],
      }),
  })
  .meta({ description: 'What agents in shadow live in.' });

export type AnswerFile = z.infer<typeof Answer>;
export type AffectFile = z.infer<typeof Affect>;
export type MembersFile = z.infer<typeof Members>;
export type ValueFile = z.infer<typeof Value>;
