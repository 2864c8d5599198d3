import type { CallEntry, Entry } from '../../../src/journal/entry.ts';
import { prng, type Prng } from '../../../src/std/prng.ts';
import { call, outcome } from './journal.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** A Monday, midnight in New York. */
export const FORTNIGHT_START = Date.UTC(2026, 2, 2, 5);

/** How often the hours of a day see a customer, from midnight on. */
const HOURS = [1, 0, 0, 0, 0, 1, 2, 4, 8, 14, 18, 20, 18, 16, 18, 19, 16, 12, 9, 7, 6, 4, 3, 2];

/** Two weeks of an agent that refunds in shadow: busy on weekdays, with every kind of thing that the report should show. */
export const fortnight = (seed = 7, days = 14, perDay = 46): readonly Entry[] =>
  [...dayByDay(seed, days, perDay)].flat();

/** The same, a day at a time, for journals that do not fit in memory. */
export function* dayByDay(seed: number, days: number, perDay: number): Generator<readonly Entry[]> {
  const random = prng(seed);
  const story = new Story(random);
  for (let day = 0; day < days; day += 1) {
    if (day === 9) continue;
    const weekend = day % 7 >= 5;
    for (const at of moments(random, FORTNIGHT_START + day * DAY_MS, weekend ? perDay / 4 : perDay))
      story.session(at, day);
    if (day === 10) story.loop(FORTNIGHT_START + day * DAY_MS + 15 * HOUR_MS);
    yield story.until(FORTNIGHT_START + (day + 1) * DAY_MS);
  }
  yield story.until(Infinity);
}

function moments(random: Prng, start: number, count: number): readonly number[] {
  const total = HOURS.reduce((sum, weight) => sum + weight, 0);
  return Array.from({ length: Math.round(count * (0.8 + 0.4 * random.next())) }, () => {
    let left = random.next() * total;
    const hour = HOURS.findIndex((weight) => (left -= weight) < 0);
    return Math.floor(start + (hour + random.next()) * HOUR_MS);
  }).toSorted((a, b) => a - b);
}

class Story {
  #entries: Entry[] = [];
  readonly #random: Prng;
  #sessions = 0;
  #calls = 0;

  constructor(random: Prng) {
    this.#random = random;
  }

  /** What happened before then, in order; each entry is given once. */
  until(end: number): readonly Entry[] {
    const [before, after] = [this.#entries.filter(({ at }) => at < end), this.#entries.filter(({ at }) => at >= end)];
    this.#entries = after;
    return before.toSorted((a, b) => a.at - b.at);
  }

  session(start: number, day: number): void {
    const random = this.#random;
    const session = `run_${String((this.#sessions += 1)).padStart(4, '0')}`;
    const charge = `ch_${10_000 + random.below(4_000)}`;
    let at = start;
    const next = (): number => (at += 1_500 + random.below(20_000));
    if (random.next() < 0.3)
      this.#add({ session, target: '/v1/charges?limit=10', route: 'list_charges' as CallEntry['route'] }, next());
    const failed = random.next() < 0.03;
    this.#read(session, charge, next(), failed ? 503 : random.next() < 0.02 ? 404 : 200);
    if (random.next() < 0.25) return;
    if (day >= 8 && random.next() < 0.04) return this.#cancel(session, next());
    if (random.next() < 0.12) return this.#credit(session, next());
    const amount = this.#amount(day);
    this.#refund(session, charge, amount, next());
    if (random.next() < 0.2) this.#read(session, charge, next(), 200, true);
    if (random.next() < 0.05) this.#update(session, charge, next());
    if (random.next() < 0.03) this.#refund(session, charge, amount, next(), true);
  }

  /** The same refund again and again, until a trigger would have stopped the agent. */
  loop(start: number): void {
    for (let turn = 0; turn < 14; turn += 1) {
      const trips =
        turn >= 4
          ? [{ trip: 'freeze' as const, guard: 'runaway', rule: 'refunds-bot.triggers[0]', reason: 'runaway' }]
          : [];
      const made = refundOf('run_loop', 'ch_9999', 48_00);
      this.#add(
        turn === 0
          ? made
          : {
              ...made,
              verdict: 'deny',
              trips,
              findings: [...PASSED, denial('runaway', 'refunds-bot.triggers[0]', 'runaway')],
            },
        start + turn * 4_000,
      );
    }
  }

  /** In cents: most are small; in the second week some gather right below what a person must approve. */
  #amount(day: number): number {
    const random = this.#random;
    if (day >= 7 && random.next() < 0.08) return 9_100 + random.below(899);
    if (random.next() < 0.01) return 40_000 + random.below(25_000);
    return Math.max(
      50,
      Math.round(100 * Math.exp(3.1 + 0.75 * (random.next() + random.next() + random.next() - 1.5) * 1.6)),
    );
  }

  #read(session: string, charge: string, at: number, status: number, overlaid = false): void {
    const made = { session, target: `/v1/charges/${charge}`, facts: { subject: `charge:${charge}` } };
    const answer = `{"id":"${charge}","object":"charge","amount":5000,"currency":"usd","refunded":${overlaid},"receipt_email":"sealed_${'A'.repeat(43)}"}`;
    this.#add(made, at, {
      status,
      ...(status === 200 && { answer, answerBytes: answer.length }),
      ...(overlaid && { origin: 'overlay' as const }),
    });
  }

  #refund(session: string, charge: string, cents: number, at: number, again = false): void {
    const made = refundOf(session, charge, cents);
    if (again) {
      const finding = denial('once', 'refunds-bot.once[0]', 'already_done', `charge:${charge}`, 'once');
      return this.#add({ ...made, verdict: 'deny', findings: [...PASSED, finding] }, at);
    }
    if (cents > 50_000) {
      const finding = denial('collar', 'refunds-bot.collar[0]', 'above_max', money(cents), '500.00 USD');
      this.#add({ ...made, verdict: 'deny', findings: [...PASSED, finding] }, at);
      return this.#add(refundOf(session, charge, 9_900), at + 9_000, SYNTHETIC);
    }
    if (cents > 10_000) {
      const finding = {
        ...denial('approval', 'refunds-bot.approval[0]', 'needs_approval', money(cents), '100.00 USD'),
        verdict: 'hold' as const,
      };
      return this.#add({ ...made, verdict: 'hold', findings: [...PASSED, finding] }, at);
    }
    this.#add(made, at, SYNTHETIC);
  }

  #credit(session: string, at: number): void {
    const cents = 300 + this.#random.below(2_500);
    const customer = `cus_${this.#random.below(400)}`;
    const body = `{"customer":"${customer}","amount":${cents},"destination":"acct_${this.#random.below(12)}"}`;
    const facts = { subject: `customer:${customer}`, amount: { micros: String(cents * 10_000), currency: 'EUR' } };
    this.#add(
      {
        ...WRITE,
        session,
        route: 'send_credit' as CallEntry['route'],
        effect: 'money',
        target: '/v1/credits',
        body,
        facts,
      },
      at,
      SYNTHETIC,
    );
  }

  #update(session: string, charge: string, at: number): void {
    const made = {
      ...WRITE,
      session,
      route: 'update_charge' as CallEntry['route'],
      effect: 'write' as const,
      target: `/v1/charges/${charge}`,
    };
    const rests = { how: 'value' as const, on: [this.#last()] };
    this.#add(
      { ...made, body: '{"metadata":{"refund":"re_made_up_1"}}', facts: { subject: `charge:${charge}` }, rests },
      at,
      SYNTHETIC,
    );
  }

  #cancel(session: string, at: number): void {
    const subscription = `sub_${this.#random.below(90)}`;
    const made = {
      ...WRITE,
      session,
      method: 'DELETE',
      route: 'cancel_subscription' as CallEntry['route'],
      effect: 'destructive' as const,
    };
    this.#add(
      {
        ...made,
        target: `/v1/subscriptions/${subscription}`,
        body: null,
        facts: { subject: `subscription:${subscription}` },
      },
      at,
      SYNTHETIC,
    );
  }

  #last(): CallEntry['call'] {
    return `call_${String(this.#calls).padStart(5, '0')}` as CallEntry['call'];
  }

  #add(made: Parameters<typeof call>[2], at: number, ended: Parameters<typeof outcome>[2] = {}): void {
    this.#calls += 1;
    const id = this.#last();
    this.#entries.push(call(id, at, made));
    const stopped = made?.verdict === 'deny' || made?.verdict === 'hold';
    const durationMs = 20 + Math.round(90 * this.#random.next() ** 4 + (this.#random.next() < 0.01 ? 2_500 : 0));
    if (!stopped) this.#entries.push(outcome(id, at + durationMs, { durationMs, ...ended }));
  }
}

const SYNTHETIC = {
  origin: 'synthetic' as const,
  durationMs: 0,
  answer: '{"id":"re_made_up_1","object":"refund"}',
  answerBytes: 39,
};
const PASSED = [
  'freeze freeze',
  'scope refunds-bot.allow[2]',
  'collar refunds-bot.collar[0]',
  'rate refunds-bot.rates[0]',
  'budget refunds-bot.budgets[0]',
];
const CAPTURED = { guard: 'stage', rule: 'refunds-bot.stage', verdict: 'capture', reason: 'captured' } as const;
const WRITE = { method: 'POST', verdict: 'capture', findings: [...PASSED, CAPTURED] } as unknown as Partial<CallEntry>;

const money = (cents: number): string => `${(cents / 100).toFixed(2)} USD`;

function refundOf(session: string, charge: string, cents: number): NonNullable<Parameters<typeof call>[2]> {
  const facts = {
    subject: `charge:${charge}`,
    amount: { micros: String(cents * 10_000), currency: 'USD' },
    fingerprint: `${charge} ${cents}`,
  };
  const body = `charge=${charge}&amount=${cents}&reason=requested_by_customer`;
  return {
    ...WRITE,
    session,
    route: 'create_refund' as CallEntry['route'],
    effect: 'money',
    target: '/v1/refunds',
    body,
    facts,
  } as never;
}

function denial(guard: string, rule: string, reason: string, observed?: string, limit?: string) {
  const figures = observed === undefined || limit === undefined ? {} : { observed, limit };
  return {
    guard,
    rule: rule as never,
    verdict: 'deny' as const,
    reason,
    ...figures,
    hint: 'Read its state instead of repeating it.',
  };
}
