import { z } from 'zod';
import { Amount, count, Duration, Id, text } from './text.ts';

/** Beyond it nobody counts: what a probe does in a run is far less. */
const COUNT_MAX = 1_000_000;
const PAYEES_MAX = 1_000;

export const LedgerKind = text(
  "the business's own name of an effect: refund, customer_deleted",
  /^[A-Za-z][A-Za-z0-9_.:-]{0,127}$/,
);

const InLedger = z.strictObject({
  ledger: LedgerKind.meta({
    description: "The kind of an entry in the business's ledger, whatever way it came.",
    examples: ['refund'],
  }),
});

/** Routes by name, all of one effect, or what the business's ledger calls so. */
const what = (words: string): z.ZodUnion<[typeof Id, z.ZodArray<typeof Id>, typeof InLedger]> =>
  z.union([Id, z.array(Id).min(1, { error: 'at least one route' }), InLedger], { error: words });

const WINDOW_FORM = 'day, or a rolling window: 24h';

const Window = z.union([z.literal('day'), Duration], { error: WINDOW_FORM });

const timed = {
  per: Window.optional().meta({
    description: '`day` is a calendar day; a duration is any window of that length. Absent: for ever.',
    examples: ['day', '1h'],
  }),
  timezone: z
    .string({ error: 'an IANA time zone: America/New_York' })
    .optional()
    .meta({
      description: 'IANA time zone of the calendar day. Absent: that of the daily budgets where they agree, else UTC.',
      examples: ['America/New_York'],
    }),
};

const agents = z
  .array(Id)
  .min(1, { error: 'at least one agent' })
  .optional()
  .meta({ description: 'Whose deeds it is about. Absent: those of all agents.', examples: [['refunds-bot']] });

const Times = count(COUNT_MAX);

const EACH_FORM = 'agent or subject';

const Effects = z
  .strictObject({
    effect: what('a route, some routes, an effect (write, money, destructive) or { ledger: refund }').meta({
      description: 'What changes something: of a route, of routes, of all with an effect, or what the ledger calls so.',
      examples: ['create_refund', 'destructive', { ledger: 'refund' }],
    }),
    morePer: z
      .enum(['subject', 'agent'], { error: 'subject or agent' })
      .optional()
      .meta({ description: 'With `than`: never more to one subject, or of one agent.', examples: ['subject'] }),
    than: Times.optional().meta({ description: 'So often at most. Belongs to `morePer`.', examples: [1] }),
    within: Window.optional().meta({
      description: '`day`, or any window of that length. Belongs to `morePer`. Absent: for ever.',
      examples: ['24h'],
    }),
    over: Times.optional().meta({
      description: 'Never more of them than so many. Neither this nor `morePer`: not at all.',
      examples: [10],
    }),
    ...timed,
    each: z
      .enum(['agent', 'subject'], { error: EACH_FORM })
      .optional()
      .meta({ description: 'Who or what is counted by itself. Absent: all together.', examples: ['agent'] }),
    agents,
  })
  .meta({ description: 'An effect that must not happen, or not so often.' });

const Money = z
  .strictObject({
    money: what('`out`, a route, some routes or { ledger: payout }').meta({
      description: 'Money that leaves: `out` is all of it; else that of a route, of routes or of a kind in the ledger.',
      examples: ['out', 'create_payout', { ledger: 'payout' }],
    }),
    over: z
      .union([Amount, z.array(Amount).min(1, { error: 'at least one amount' })], {
        error: 'an amount, or one per currency: 500 USD, or [500 USD, 400 EUR]',
      })
      .optional()
      .meta({
        description:
          'Never more than that; a list has one amount per currency. Money in any other currency must not leave at all.',
        examples: ['500 USD', ['500 USD', '400 EUR']],
      }),
    ...timed,
    each: z
      .enum(['agent', 'subject'], { error: EACH_FORM })
      .optional()
      .meta({ description: 'Who or what is counted by itself. Absent: all together.', examples: ['subject'] }),
    to: z
      .array(z.string({ error: 'who gets it, as the ledger says: acct_1' }).min(1).max(256))
      .min(1, { error: 'at least one payee' })
      .max(PAYEES_MAX)
      .optional()
      .meta({ description: 'Never to anybody else.', examples: [['acct_1', 'acct_2']] }),
    agents,
  })
  .meta({ description: 'Money that must not leave, or not so much, or not to anybody else.' });

const eachAgent = z
  .literal('agent', { error: 'agent' })
  .optional()
  .meta({ description: 'Each agent is counted by itself. Absent: all together.', examples: ['agent'] });

const Reads = z
  .strictObject({
    read: what('`all`, a route, some routes or { ledger: customer_read }').meta({
      description: 'Who or what is read: by all calls, by those of a route or routes, or what the ledger calls so.',
      examples: ['get_customer', 'all', { ledger: 'customer_read' }],
    }),
    over: Times.optional().meta({ description: 'Never more different ones. Absent: none at all.', examples: [50] }),
    ...timed,
    each: eachAgent,
    agents,
  })
  .meta({ description: 'What must not be read, or not so much of it.' });

const Requests = z
  .strictObject({
    requests: z
      .union([Id, z.array(Id).min(1, { error: 'at least one route' })], {
        error: '`all`, a route, some routes or an effect (read, write, money, destructive)',
      })
      .meta({
        description: 'Requests that reach the business, whatever becomes of them.',
        examples: ['create_payment', 'all'],
      }),
    over: Times.optional().meta({ description: 'Never more than so many. Absent: none at all.', examples: [1000] }),
    ...timed,
    each: eachAgent,
    agents,
  })
  .meta({ description: 'Load that a business must not get.' });

export const Never = z
  .union([Effects, Money, Reads, Requests], { error: 'a rule with one of `effect`, `money`, `read` and `requests`' })
  .meta({ description: 'What must never happen.' });

export type NeverFile = z.infer<typeof Never>;
export type NeverWhat = string | readonly string[] | { readonly ledger: string };
