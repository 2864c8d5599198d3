import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/std/canonical-json.ts';
import type { Reading } from '../../src/door/judge/reading.ts';
import type { MadeAnswer, Shown } from '../../src/door/shadow.ts';
import type { LoadedPolicy } from '../../src/policy/index.ts';
import { Agent, AT } from './rig.ts';
import { learned } from './recorded.ts';
import { asked, bodyOf, form, newWorld, paymentsPolicy } from './world-rig.ts';

/** Which thing a step is about: one of the history's, or one that the session made. */
type Which = { readonly of: 'history' | 'session'; readonly index: number };

type Step =
  | { readonly do: 'refund'; readonly charge: Which; readonly amount: number; readonly order: string | null }
  /** One more refund of a charge that has one, and then the list of them: have I refunded this already? */
  | { readonly do: 'again'; readonly amount: number }
  | { readonly do: 'customer'; readonly email: string | null; readonly name: string }
  | { readonly do: 'rename'; readonly customer: Which; readonly name: string; readonly key: string | null }
  | { readonly do: 'forget'; readonly customer: Which }
  | { readonly do: 'charge'; readonly customer: Which; readonly amount: number }
  | { readonly do: 'get'; readonly kind: Kind; readonly which: Which }
  | {
      readonly do: 'list';
      readonly kind: Kind;
      readonly filter: Which | null;
      readonly limit: number | null;
      readonly after: Which | null;
    };
type Kind = 'refund' | 'customer' | 'charge';
const KINDS: readonly Kind[] = ['refund', 'customer', 'charge'];

const which: fc.Arbitrary<Which> = fc.record({ of: fc.constantFrom('history', 'session'), index: fc.nat(5) });
const kind = fc.constantFrom<Kind>('refund', 'customer', 'charge');
const EMAILS = ['a@example.com', 'b@example.com'];
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('refund' as const),
    charge: which,
    amount: fc.integer({ min: 1, max: 9 }),
    order: fc.option(fc.constantFrom('x', 'y')),
  }),
  fc.record({ do: fc.constant('again' as const), amount: fc.integer({ min: 1, max: 9 }) }),
  fc.record({
    do: fc.constant('customer' as const),
    email: fc.option(fc.constantFrom(...EMAILS)),
    name: fc.constantFrom('Ada', 'Åsa', '0'),
  }),
  fc.record({
    do: fc.constant('rename' as const),
    customer: which,
    name: fc.constantFrom('Bo', 'Ünal'),
    key: fc.option(fc.constantFrom('a', 'b')),
  }),
  fc.record({ do: fc.constant('forget' as const), customer: which }),
  fc.record({ do: fc.constant('charge' as const), customer: which, amount: fc.integer({ min: 500, max: 900 }) }),
  { weight: 3, arbitrary: fc.record({ do: fc.constant('get' as const), kind, which }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('list' as const),
      kind,
      filter: fc.option(which),
      limit: fc.option(fc.integer({ min: 2, max: 12 })),
      after: fc.option(which, { freq: 4 }),
    }),
  },
);

const TEMPLATES = learned();
const ORDERED = paymentsPolicy(TEMPLATES);
/** Nothing says how its lists are ordered but their own items. */
const UNORDERED = paymentsPolicy({
  ...TEMPLATES,
  routes: Object.fromEntries(
    Object.entries(TEMPLATES.routes).map(([id, { order: _order, ...template }]) => [id, template]),
  ),
});

/** The charge of the history that was refunded in part. */
const REFUNDED_ONCE: Which = { of: 'history', index: 5 };

/** What the reads of all runs came to. */
interface Tally {
  reads: number;
  merged: number;
  unmerged: number;
  /** Lists of one real item that were shown with more. */
  ofOne: number;
}

/** The same calls in a world that takes the writes, and in one that takes none, under the overlay. */
class TwoWorlds {
  readonly #policy: LoadedPolicy;
  readonly #agent: Agent;
  readonly #pristine = newWorld();
  #taking = newWorld();
  /** The writes that took place, as the taking world was asked them. */
  readonly #done: (readonly [line: string, body: string | undefined, at: number])[] = [];
  /** What the session made: its made-up id, and the id that the taking world gave. */
  readonly #made: Record<Kind, { readonly made: string; real: string }[]> = { refund: [], customer: [], charge: [] };
  readonly #captured: (readonly [Reading, MadeAnswer])[] = [];
  #at = AT;
  #calls = 0;
  readonly #tally: Tally;

  constructor(policy: LoadedPolicy, tally: Tally) {
    this.#policy = policy;
    this.#agent = new Agent(policy);
    this.#tally = tally;
  }

  run(one: Step): void {
    switch (one.do) {
      case 'refund': {
        const metadata = one.order === null ? {} : { [`metadata[${one.order}]`]: 'v' };
        return this.#write(
          'POST',
          '/v1/refunds',
          { charge: this.#id('charge', one.charge), amount: one.amount, ...metadata },
          'refund',
        );
      }
      case 'again': {
        const charge = this.#id('charge', REFUNDED_ONCE);
        this.#write('POST', '/v1/refunds', { charge, amount: one.amount }, 'refund');
        return this.#read(`/v1/refunds?charge=${charge}`, true);
      }
      case 'customer':
        return this.#write(
          'POST',
          '/v1/customers',
          { name: one.name, ...(one.email !== null && { email: one.email }) },
          'customer',
        );
      case 'rename': {
        const more = one.key === null ? {} : { [`metadata[${one.key}]`]: one.name };
        return this.#write('POST', `/v1/customers/${this.#id('customer', one.customer)}`, { name: one.name, ...more });
      }
      case 'forget':
        return this.#write('DELETE', `/v1/customers/${this.#id('customer', one.customer)}`);
      case 'charge':
        return this.#write(
          'POST',
          '/v1/charges',
          { amount: one.amount, currency: 'usd', customer: this.#id('customer', one.customer) },
          'charge',
        );
      case 'get':
        return this.#read(`/v1/${one.kind}s/${this.#id(one.kind, one.which)}`, false);
      case 'list': {
        const filters: Record<Kind, string> = { refund: 'charge', charge: 'customer', customer: 'email' };
        const value =
          one.filter &&
          (one.kind === 'customer'
            ? (EMAILS[one.filter.index % 2] ?? '')
            : this.#id(one.kind === 'refund' ? 'charge' : 'customer', one.filter));
        const query = {
          ...(value !== null && { [filters[one.kind]]: value }),
          ...(one.limit !== null && { limit: one.limit }),
          ...(one.after !== null && { starting_after: this.#id(one.kind, one.after) }),
        };
        return this.#read(`/v1/${one.kind}s?${form(query)}`.replace(/\?$/, ''), true);
      }
    }
  }

  /** As the agent knows it. */
  #id(of: Kind, { of: from, index }: Which): string {
    const mine = this.#made[of];
    if (from === 'session' && mine.length > 0) return mine[index % mine.length]?.made ?? '';
    const theirs = this.#pristine.ids()[of] ?? [];
    return theirs[index % theirs.length] ?? '';
  }

  /** As the taking world knows it. */
  #real(text: string): string {
    return Object.values(this.#made)
      .flat()
      .reduce((now, { made, real }) => now.replaceAll(made, real), text);
  }

  /** A session that a later process restores from the journal shows what this one shows. */
  restored(): void {
    const later = new Agent(this.#policy);
    for (const [write, answer] of this.#captured) later.shadow.restore(write, answer);
    const made = Object.values(this.#made).flat();
    const paths = [...KINDS.map((one) => `/v1/${one}s`), ...KINDS.flatMap((one) => this.#paths(one))];
    for (const path of paths) {
      const reading = this.#agent.reading(`GET ${path}`, { at: this.#at });
      const shown = ({ shadow }: Agent): Shown | undefined => {
        const overlay = shadow.overlay(reading);
        return overlay?.kind === 'over' ? overlay.merge(asked(this.#pristine, reading)) : overlay?.shown;
      };
      const [now, then] = [shown(this.#agent), shown(later)];
      expect(then?.kind === 'answer' && then.merged.length === 0 ? undefined : then, path).toEqual(
        now?.kind === 'answer' && now.merged.length === 0 ? undefined : now,
      );
      expect(later.shadow.rests(reading)).toEqual(this.#agent.shadow.rests(reading));
    }
    expect(made.every((one) => /shadow/.test(one.made))).toBe(true);
  }

  #paths(of: Kind): readonly string[] {
    const all = [...this.#made[of].map(({ made }) => made), ...(this.#pristine.ids()[of] ?? []).slice(0, 6)];
    return all.map((id) => `/v1/${of}s/${id}`);
  }

  #write(method: string, path: string, fields?: Record<string, string | number>, makes?: Kind): void {
    this.#at += 1_000;
    const body = fields === undefined ? undefined : form(fields);
    const asTaken = [`${method} ${this.#real(path)}`, body && this.#real(body), this.#at] as const;
    const took = this.#take(asTaken);
    if (took.status >= 400) return;
    const reading = this.#agent.reading(`${method} ${path}`, {
      at: this.#at,
      call: this.#call(),
      ...(body !== undefined && { body }),
    });
    const shown = this.#agent.shadow.capture(reading);
    if (shown.kind === 'unanswerable') return this.#undo();
    this.#done.push(asTaken);
    if (shown.origin === 'synthetic') this.#captured.push([reading, shown.answer]);
    if (makes === undefined) return;
    const made = (bodyOf(shown.answer) as { id: string }).id;
    this.#made[makes].push({ made, real: (bodyOf(took) as { id: string }).id });
    this.#same(shown, bodyOf(took));
  }

  #take([line, body, at]: readonly [string, string | undefined, number]) {
    return asked(this.#taking, this.#agent.reading(line, { at, ...(body !== undefined && { body }) }));
  }

  /** The write that the shadow could not answer never happened. */
  #undo(): void {
    this.#taking = newWorld();
    for (const done of this.#done) this.#take(done);
  }

  #call(): string {
    this.#calls += 1;
    return `call_${this.#calls}`;
  }

  #read(path: string, isList: boolean): void {
    this.#at += 1_000;
    const reading = this.#agent.reading(`GET ${path}`, { at: this.#at });
    const overlay = this.#agent.shadow.overlay(reading);
    const real = asked(this.#taking, this.#agent.reading(`GET ${this.#real(path)}`, { at: this.#at }));
    const mine = (): ReturnType<typeof asked> => asked(this.#pristine, reading);
    const shown: Shown =
      overlay === undefined
        ? { kind: 'answer', answer: mine(), origin: undefined, merged: [], unmerged: [] }
        : overlay.kind === 'alone'
          ? overlay.shown
          : overlay.merge(mine());
    this.#tally.reads += 1;
    if (shown.kind === 'unanswerable') {
      expect(shown.reason).toBe('cursor_made_up');
      return;
    }
    if (shown.merged.length > 0) {
      this.#tally.merged += 1;
      if (isList && (bodyOf(mine()) as Page).data.length === 1) this.#tally.ofOne += 1;
    }
    if (shown.unmerged.length > 0) {
      this.#tally.unmerged += 1;
      return;
    }
    // The cursor may be a customer that the taking world forgot, and an error is an error in both.
    if (real.status >= 400 && shown.answer.status >= 400) return;
    expect(shown.answer.status, path).toBe(real.status);
    if (isList) this.#samePage(shown, bodyOf(real) as Page, path);
    else this.#same(shown, bodyOf(real));
  }

  #same(shown: Shown, real: Json): void {
    if (shown.kind !== 'answer') throw new Error('no answer');
    expect(JSON.parse(this.#real(shown.answer.body.toString()))).toEqual(real);
  }

  /** A page may be longer by what the session made, and shorter by what it deleted; no other place is claimed. */
  #samePage(shown: Shown, real: Page, path: string): void {
    if (shown.kind !== 'answer') throw new Error('no answer');
    const page = bodyOf({ ...shown.answer, body: Buffer.from(this.#real(shown.answer.body.toString())) }) as Page;
    const length = Math.min(page.data.length, real.data.length);
    expect(page.data.slice(0, length), path).toEqual(real.data.slice(0, length));
    if (page.data.length > length) expect(real.has_more, path).toBe(true);
    if (real.data.length > length) expect(page.has_more, path).toBe(true);
  }
}

type Page = { readonly data: readonly Json[]; readonly has_more: boolean };

describe('a world that takes the writes and one that is overlaid with them', () => {
  it.each([
    ['its templates say how lists are ordered', ORDERED],
    ['lists tell their order by their items alone', UNORDERED],
  ])('answer every later read alike, but for what the overlay says it does not show, where %s', (_where, policy) => {
    const tally: Tally = { reads: 0, merged: 0, unmerged: 0, ofOne: 0 };
    fc.assert(
      fc.property(fc.array(step, { minLength: 8, maxLength: 40 }), (steps) => {
        const worlds = new TwoWorlds(policy, tally);
        for (const one of steps) worlds.run(one);
        worlds.restored();
      }),
      { numRuns: Number(process.env['OVERLAY_RUNS'] ?? 50) },
    );
    // What is never claimed is never wrong: most of what the session did must be shown, in lists of one as well.
    expect(tally.merged).toBeGreaterThan(tally.reads / 10);
    expect(tally.unmerged).toBeLessThan(tally.merged / 5);
    expect(tally.ofOne).toBeGreaterThan(0);
  });
});
