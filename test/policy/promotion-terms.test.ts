import { fc, test as prop } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { loadPolicy, type EvidenceTerms, type LoadedPolicy, type PromotionTerms } from '../../src/policy/index.ts';

function load(promotion: unknown, share: unknown = ['1%', '5%', '25%']) {
  return loadPolicy(
    JSON.stringify({
      version: 1,
      upstreams: { api: { url: 'https://api.example', credential: { env: 'KEY', as: 'bearer' } } },
      routes: {
        get_a: { match: 'GET /a', upstream: 'api', effect: 'read' },
        make_b: { match: 'POST /b', upstream: 'api', effect: 'write' },
      },
      agents: {
        bot: {
          stage: 'production',
          identity: { version: '1' },
          allow: ['get_a', 'make_b'],
          segment: [{ route: 'make_b', by: 'body.customer', share }],
        },
      },
      ...(promotion !== undefined && { promotion }),
    }),
    'p.yaml',
  );
}

function loaded(promotion: unknown): LoadedPolicy {
  const policy = load(promotion);
  if (!policy.ok) throw new Error(JSON.stringify(policy.failure, null, 1));
  return policy.value;
}

function termsOf(promotion: object): PromotionTerms {
  const { promotion: terms } = loaded(promotion);
  if (typeof terms !== 'object') throw new Error('there are terms');
  return terms;
}

const limited = (promotion: object) => termsOf(promotion).targets.get('limited')!;

describe('what is not written is demanded strictly', () => {
  const REAL: EvidenceTerms = {
    days: 14,
    sessions: 100,
    writes: 50,
    strata: { weekdays: 20, weekend: 5, amounts: 5, faults: 5 },
    harmBelow: 5_000,
    agreementAbove: 970_000,
    confidence: 0.95,
    reviewedAtLeast: 950_000,
    look: 'continuous',
    errorsAtMost: 50_000,
    steady: true,
    classes: new Map(),
  };

  test('of limited and production always, of lower stages where they are written', () => {
    const terms = termsOf({});
    const beside = {
      scenarios: 'all',
      probe: { runs: 1_000 },
      efficacy: { caughtAtLeast: 500_000, stoppedWronglyAtMost: 50_000 },
    };
    expect([...terms.targets]).toEqual([
      [
        'limited',
        {
          stage: 'limited',
          from: 'shadow',
          evidence: REAL,
          each: { ...REAL, days: 3, sessions: 50, writes: 25, harmBelow: 10_000 },
          ...beside,
        },
      ],
      ['production', { stage: 'production', from: 'limited', evidence: REAL, each: undefined, ...beside }],
    ]);
    expect(terms).toMatchObject({ keys: [], people: 1, expiresMs: 30 * 86_400_000 });
    expect(terms.demotion).toEqual({
      harmAbove: 10_000,
      disagreementAbove: 100_000,
      errorsAbove: 100_000,
      drift: true,
      confidence: 0.999,
    });
    expect(
      [...termsOf({ shadow: { sandbox: {} }, staging: {} }).targets.values()].map(({ stage, from }) => [stage, from]),
    ).toEqual([
      ['staging', 'sandbox'],
      ['shadow', 'sandbox'],
      ['limited', 'shadow'],
      ['production', 'limited'],
    ]);
  });

  test('saying nothing and saying `none` are two things', () => {
    expect(loaded(undefined).promotion).toBeUndefined();
    expect(loaded('none').promotion).toBe('none');
  });

  test('what takes a stage back is at least as loose as what let it in, without a word of it', () => {
    const { demotion } = termsOf({ limited: { shadow: { harm: '< 3%', agreement: '> 80%', errors: '15%' } } });
    expect(demotion).toMatchObject({ harmAbove: 30_000, disagreementAbove: 200_000, errorsAbove: 150_000 });
    expect(termsOf({ demote: 'none' }).demotion).toMatchObject({ harmAbove: null, errorsAbove: null, drift: false });
  });
});

/** Each demand of a journal: what a policy writes, and what it comes to. */
const WRITTEN = {
  days: fc.integer({ min: 1, max: 365 }).map((days) => [days, days]),
  sessions: fc.integer({ min: 1, max: 1_000_000 }).map((count) => [count, count]),
  writes: fc.integer({ min: 1, max: 1_000_000 }).map((count) => [count, count]),
  harm: ppm(1, 999_999).map((share) => [`< ${percent(share)}`, share]),
  agreement: ppm(1, 999_999).map((share) => [`>${percent(share)}`, share]),
  confidence: ppm(800_000, 999_999).map((share) => [percent(share), share / 1_000_000]),
  reviewed: ppm(1, 1_000_000).map((share) => [percent(share), share]),
  errors: ppm(1, 1_000_000).map((share) => [percent(share), share]),
  steady: fc.boolean().map((steady) => [steady, steady]),
} as const satisfies Record<string, fc.Arbitrary<unknown[]>>;

const NAMES = {
  days: 'days',
  sessions: 'sessions',
  writes: 'writes',
  harm: 'harmBelow',
  agreement: 'agreementAbove',
  confidence: 'confidence',
  reviewed: 'reviewedAtLeast',
  errors: 'errorsAtMost',
  steady: 'steady',
} as const satisfies Record<keyof typeof WRITTEN, keyof EvidenceTerms>;

const WAIVED: Partial<Record<keyof typeof WRITTEN, unknown>> = {
  days: 0,
  sessions: 0,
  writes: 0,
  harm: null,
  agreement: null,
  reviewed: null,
  errors: null,
};

function ppm(min: number, max: number): fc.Arbitrary<number> {
  return fc.integer({ min, max });
}

function percent(share: number): string {
  return `${share / 10_000}%`;
}

const some = fc.record(WRITTEN, { requiredKeys: [] });

describe('what is written is what is demanded', () => {
  prop.prop([some, fc.subarray(Object.keys(WAIVED) as (keyof typeof WRITTEN)[])])(
    'each figure where it stands, each `none` as nothing, and all else as if nothing were written',
    (written, waived) => {
      const figures = Object.fromEntries(Object.entries(written).map(([key, [said]]) => [key, said]));
      const nones = Object.fromEntries(waived.map((key) => [key, 'none']));
      const terms = limited({ limited: { shadow: { ...figures, ...nones } } }).evidence;
      const usual = limited({}).evidence;
      for (const [key, name] of Object.entries(NAMES) as [keyof typeof WRITTEN, keyof EvidenceTerms][]) {
        const expected = waived.includes(key) ? WAIVED[key] : key in written ? written[key]?.[1] : usual[name];
        expect([key, terms[name]]).toEqual([key, expected]);
      }
      expect(terms.strata).toEqual(usual.strata);
    },
  );

  prop.prop([some, some])('the way in and the steps of the ramp are apart', (shadow, each) => {
    const said = (part: object) =>
      Object.fromEntries(Object.entries(part).map(([key, [text]]) => [key, text as unknown]));
    const both = limited({ limited: { shadow: said(shadow), each: said(each) } });
    expect(both.evidence).toEqual(limited({ limited: { shadow: said(shadow) } }).evidence);
    expect(both.each).toEqual(limited({ limited: { each: said(each) } }).each);
  });

  test('strata, classes, looks, scenarios, probe and efficacy', () => {
    const target = limited({
      limited: {
        shadow: {
          strata: { weekend: 'none', faults: 9 },
          look: { sessions: 700 },
          classes: { make_b: { writes: 'none', harm: '< 1%', agreement: 'none' } },
        },
        each: { strata: 'none' },
        scenarios: ['refund-twice'],
        probe: 'none',
        efficacy: { caught: '75%' },
      },
    });
    expect(target.evidence.strata).toEqual({ weekdays: 20, weekend: 0, amounts: 5, faults: 9 });
    expect(target.evidence.look).toEqual({ sessions: 700 });
    expect([...target.evidence.classes]).toEqual([['make_b', { writes: 0, harmBelow: 10_000, agreementAbove: null }]]);
    expect(target.each?.strata).toEqual({ weekdays: 0, weekend: 0, amounts: 0, faults: 0 });
    expect(target.scenarios).toEqual(['refund-twice']);
    expect(target.probe).toBeNull();
    expect(target.efficacy).toEqual({ caughtAtLeast: 750_000, stoppedWronglyAtMost: 50_000 });
  });
});

describe('a demotion is never nearer than the promotion', () => {
  prop.prop([ppm(1, 999_999), ppm(1, 999_999)])('whatever the two lines are', (line, back) => {
    const policy = load({
      limited: { shadow: { harm: `< ${percent(line)}` }, each: { harm: `< ${percent(line)}` } },
      production: { limited: { harm: 'none' } },
      demote: { harm: `> ${percent(back)}` },
    });
    expect(policy.ok).toBe(back >= line);
    if (!policy.ok) expect(policy.failure.map(({ path }) => path)).toEqual(['promotion.demote.harm']);
  });
});

describe('one planned look is refused exactly where even an agent without harm would fail it', () => {
  prop.prop([ppm(1_000, 200_000), ppm(800_000, 990_000), fc.integer({ min: 100, max: 5_000 })])(
    'by the exact bound of no harm in n sessions',
    (line, confidence, sessions) => {
      const policy = load({
        limited: { shadow: { harm: `< ${percent(line)}`, confidence: percent(confidence), look: { sessions } } },
        demote: { harm: '> 50%' },
      });
      // The chance of seeing no harm in n sessions of an agent that is just as harmful as the line.
      const luck = (1 - line / 1_000_000) ** sessions;
      const doubt = 1 - confidence / 1_000_000;
      // Where the two are one to the last digit, either answer is right.
      if (Math.abs(luck - doubt) > 1e-9) expect(policy.ok).toBe(luck < doubt);
    },
  );
});
