import type { Promotion } from '../../src/promotion/index.ts';
import { gate, VALID, type Forgery } from './forgery.ts';
import { DAY_MS, GRANTED, ISSUED_AT, sha256, signed } from './granted.ts';

/** Signed by the gate's own key, but of something else: what was good somewhere, once, or for somebody. */
const other = (over: Partial<Promotion>): string => signed({ ...GRANTED, ...over }, gate);
const identity = { ...GRANTED.identity, digest: sha256('another') };

/** Promotions, of somebody else, of somewhere else or of another time. */
export const PROMOTIONS_OF_OTHERS: readonly Forgery[] = [
  {
    attack: 'the promotion of a colleague',
    text: other({ agent: 'payouts-bot' as Promotion['agent'] }),
    code: 'other_agent',
    says: /"payouts-bot".*refunds-bot/,
  },
  {
    attack: 'the promotion of the version before',
    text: other({ identity: { ...identity, version: '1.4.1' } }),
    code: 'other_identity',
    says: /its version was "1\.4\.1" and is "1\.4\.2"\./,
  },
  {
    attack: 'the promotion of a larger model',
    text: other({ identity: { ...identity, model: 'gpt-5-pro' } }),
    code: 'other_identity',
    says: /its model was "gpt-5-pro" and is "gpt-5"\./,
  },
  {
    attack: 'the promotion of a kinder prompt',
    text: other({ identity: { ...identity, prompt: sha256('Be kinder.') } }),
    code: 'other_identity',
    says: /its prompt was/,
  },
  {
    attack: 'an agent that declared no version when it was promoted',
    text: other({ identity: { digest: identity.digest, model: 'gpt-5', prompt: sha256('Be kind.') } }),
    code: 'other_identity',
    says: /its version was not declared and is "1\.4\.2"/,
  },
  {
    attack: 'the words of this identity over the digest of another',
    text: other({ identity }),
    code: 'other_identity',
    says: /its digest was/,
  },
  {
    attack: 'the words of another identity over the digest of this one',
    text: other({ identity: { ...GRANTED.identity, model: 'gpt-4' } }),
    code: 'other_identity',
    says: /its model was "gpt-4"/,
  },
  {
    attack: 'a limit raised in the policy since',
    text: other({ policy: { ...GRANTED.policy, digest: sha256('raised'), rules: sha256('raised rules') } }),
    code: 'other_policy',
    says: /rules are others/,
  },
  {
    attack: 'easier terms in the policy since',
    text: other({ policy: { ...GRANTED.policy, digest: sha256('easier') } }),
    code: 'other_policy',
    says: /what was shown still counts/,
  },
  {
    attack: 'what was shown in staging',
    text: other({ environment: 'staging' }),
    code: 'other_environment',
    says: /"staging".*`production`/,
  },
  {
    attack: 'more than the policy lets it be',
    text: other({ stage: 'production', from: 'limited', step: null }),
    code: 'other_stage',
    says: /limited at most/,
  },
  {
    attack: 'a step that the ramp does not have',
    text: other({ step: 4 }),
    code: 'other_stage',
    says: /step 4 of its ramp.*3 steps/,
  },
  {
    attack: 'the whole ramp at once',
    text: other({ step: null }),
    code: 'other_stage',
    says: /all of its ramp at once/,
  },
  {
    attack: 'a step where there is no ramp',
    text: VALID,
    at: { rampSteps: 0 },
    code: 'other_stage',
    says: /no ramp/,
  },
  {
    attack: 'a promotion that leads down',
    text: other({ from: 'production' }),
    code: 'other_stage',
    says: /leads down/,
  },
  {
    attack: 'a promotion of last month',
    text: VALID,
    at: { now: GRANTED.expiresAt },
    code: 'expired',
    says: /ended at 2026-12-23T15:00:00\.000Z/,
  },
  {
    attack: 'a promotion signed for later, when nobody looks',
    text: other({ issuedAt: ISSUED_AT + 7 * DAY_MS, expiresAt: ISSUED_AT + 8 * DAY_MS }),
    code: 'not_yet_valid',
    says: /from 2026-11-30T15:00:00\.000Z on/,
  },
  {
    attack: 'a promotion for ever',
    text: other({ expiresAt: ISSUED_AT + 30 * DAY_MS + 1 }),
    code: 'lasts_too_long',
    says: /allows 30d/,
  },
  {
    attack: 'a promotion that was revoked',
    text: VALID,
    at: { isRevoked: (id) => id === GRANTED.id },
    code: 'revoked',
    says: /was revoked/,
  },
  {
    attack: 'the promotion from before its demotion, replayed',
    text: VALID,
    at: { fellAt: ISSUED_AT + 1 },
    code: 'before_demotion',
    says: /demoted at/,
  },
  {
    attack: 'a promotion of the very moment of its demotion',
    text: VALID,
    at: { fellAt: ISSUED_AT },
    code: 'before_demotion',
    says: /demoted at/,
  },
  {
    attack: 'a copy of the journal from before its demotion, taken to the gate after it',
    text: VALID,
    at: { fellAt: GRANTED.journal.at + 1 },
    code: 'before_demotion',
    says: /rests on what .* did until 2026-11-23T14:59:00\.000Z/,
  },
  {
    attack: 'what was shown at another door',
    text: other({ journal: { ...GRANTED.journal, hash: sha256('another door’s record 4711') } }),
    code: 'foreign_journal',
    says: /no record 4711/,
  },
  {
    attack: 'a record that this journal has elsewhere',
    text: other({ journal: { ...GRANTED.journal, seq: 4_712 } }),
    code: 'foreign_journal',
    says: /no record 4712/,
  },
  {
    attack: 'nobody’s word',
    text: other({ approvals: [] }),
    code: 'too_few_approvals',
    says: /2 different people.*nobody has/,
  },
  {
    attack: 'one person’s word where two are asked for',
    text: other({ approvals: [{ by: 'ana', reason: 'fine' }] }),
    code: 'too_few_approvals',
    says: /"ana" alone has\./,
  },
  {
    attack: 'one person under two spellings',
    text: other({
      approvals: [
        { by: 'Ana  Lund', reason: 'fine' },
        { by: ' ana lund', reason: 'as she says' },
      ],
    }),
    code: 'too_few_approvals',
    says: /alone has, twice/,
  },
];
