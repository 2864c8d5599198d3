import { expect, test } from 'vitest';
import { verifyPromotion, type Demand, type Promotion, type RefusalCode } from '../../src/promotion/index.ts';
import { REFUSAL_CODES } from '../../src/promotion/refusal.ts';
import { PAYLOAD_TYPE, PREDICATE_TYPE } from '../../src/promotion/statement.ts';
import { canonicalJson, type Json } from '../../src/std/canonical-json.ts';
import {
  DAY_MS,
  demandFor,
  edited,
  GRANTED,
  ISSUED_AT,
  newSigner,
  sha256,
  signed,
  signedAnyway,
  statementOf,
  withPayload,
} from './granted.ts';

const gate = newSigner();
const thief = newSigner();
const VALID = signed(GRANTED, gate);
const demand = demandFor(gate);

test('a promotion holds for the agent, policy and journal that it was made for', () => {
  const verified = verifyPromotion(VALID, demand);
  expect(verified).toEqual({
    ok: true,
    value: { promotion: GRANTED, signedBy: gate.verifierKey.split('+').slice(0, 2).join('+') },
  });
});

interface Forgery {
  readonly attack: string;
  readonly text: string;
  readonly at?: Partial<Demand>;
  readonly code: RefusalCode;
  readonly says: RegExp;
}

/** Signed by the gate's own key, but of something else: what was good somewhere, once, or for somebody. */
const other = (over: Partial<Promotion>): string => signed({ ...GRANTED, ...over }, gate);
const identity = { ...GRANTED.identity, digest: sha256('another') };

const FORGERIES: readonly Forgery[] = [
  { attack: 'a promise instead of a promotion', text: 'limited, I swear', code: 'not_json', says: /interlock gate/ },
  { attack: 'nothing at all', text: '', code: 'not_json', says: /not JSON/ },
  { attack: 'a file of a gigabyte', text: VALID + ' '.repeat(300_000), code: 'too_large', says: /262144 bytes/ },
  { attack: 'nesting that overflows a stack', text: '['.repeat(200_000), code: 'not_json', says: /not JSON/ },
  {
    attack: 'valid nesting as deep',
    text: `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
    code: 'not_json',
    says: /./,
  },
  {
    attack: 'the statement without its envelope',
    text: statementOf(GRANTED),
    code: 'not_an_envelope',
    says: /payload/,
  },
  {
    attack: 'two payloads, the signed one for us and another for whoever reads the first',
    text: VALID.replace('{', `{"payload": "${Buffer.from(statementOf(GRANTED)).toString('base64')}",`),
    code: 'not_an_envelope',
    says: /two ways/,
  },
  {
    attack: 'base64 with bits that no decoder looks at',
    text: edited(VALID, (envelope) => ({
      ...envelope,
      signatures: envelope.signatures.map(({ keyid, sig }) => ({ keyid, sig: sig.replace('==', 'x=') })),
    })),
    code: 'not_an_envelope',
    says: /proper base64/,
  },
  {
    attack: 'a payload of another type, signed as that',
    text: signedAnyway(statementOf(GRANTED), gate, { payloadType: 'application/json' }),
    code: 'wrong_payload_type',
    says: /"application\/json"/,
  },
  {
    attack: 'another payload type, renamed afterwards',
    text: edited(signedAnyway(statementOf(GRANTED), gate, { payloadType: 'application/json' }), (envelope) => ({
      ...envelope,
      payloadType: PAYLOAD_TYPE,
    })),
    code: 'forged_signature',
    says: /did not sign/,
  },
  {
    attack: 'the signature taken off',
    text: edited(VALID, (envelope) => ({ ...envelope, signatures: [] })),
    code: 'unsigned',
    says: /no signature/,
  },
  {
    attack: 'a key of one’s own',
    text: signed(GRANTED, newSigner('mallory.example/gate')),
    code: 'unknown_key',
    says: /mallory\.example\/gate\+[0-9a-f]{8}.*gate\.example\.com\/refunds\+/,
  },
  {
    attack: 'a key of one’s own under the name of the gate’s, with an id of its own',
    text: signed(GRANTED, thief),
    code: 'unknown_key',
    says: /promotion\.keys/,
  },
  {
    attack: 'a key of one’s own under the name and id of the gate’s',
    text: edited(signed(GRANTED, thief), (envelope) => ({
      ...envelope,
      signatures: envelope.signatures.map(({ sig }) => ({
        keyid: gate.verifierKey.split('+').slice(0, 2).join('+'),
        sig,
      })),
    })),
    code: 'forged_signature',
    says: /forged or was changed/,
  },
  {
    attack: 'a signature made up',
    text: edited(VALID, (envelope) => ({
      ...envelope,
      signatures: envelope.signatures.map(({ keyid }) => ({ keyid, sig: Buffer.alloc(64, 1).toString('base64') })),
    })),
    code: 'forged_signature',
    says: /did not sign/,
  },
  {
    attack: 'a signature of no length',
    text: edited(VALID, (envelope) => ({
      ...envelope,
      signatures: envelope.signatures.map(({ keyid }) => ({ keyid, sig: '' })),
    })),
    code: 'forged_signature',
    says: /did not sign/,
  },
  {
    attack: 'the stage raised to production',
    text: withPayload(VALID, (payload) => payload.replace('"stage":"limited"', '"stage":"production"')),
    at: { stageMax: 'production' },
    code: 'forged_signature',
    says: /changed/,
  },
  {
    attack: 'the expiry moved by a year',
    text: withPayload(VALID, (payload) =>
      payload.replace(String(GRANTED.expiresAt), String(GRANTED.expiresAt + 365 * DAY_MS)),
    ),
    code: 'forged_signature',
    says: /changed/,
  },
  {
    attack: 'white space put into what was signed',
    text: withPayload(VALID, (payload) => payload.replace(',', ', ')),
    code: 'forged_signature',
    says: /changed/,
  },
  {
    attack: 'the gate’s key lent to a build, whose provenance is shown',
    text: signedAnyway(
      canonicalJson({
        _type: 'https://in-toto.io/Statement/v1',
        subject: [],
        predicateType: 'https://slsa.dev/provenance/v1',
        predicate: {},
      }),
      gate,
    ),
    code: 'wrong_predicate_type',
    says: /slsa\.dev.*urn:interlock:promotion:v1/,
  },
  {
    attack: 'a promotion of a version to come, read as one of today',
    text: signedAnyway(statementOf(GRANTED, { predicateType: 'urn:interlock:promotion:v2' }), gate),
    code: 'wrong_predicate_type',
    says: /promotion:v2/,
  },
  {
    attack: 'no statement but a bare predicate',
    text: signedAnyway(canonicalJson({ predicateType: PREDICATE_TYPE, ...GRANTED } as unknown as Json), gate),
    code: 'wrong_statement_type',
    says: /Statement\/v1/,
  },
  {
    attack: 'a JSON text that is no object',
    text: signedAnyway('null', gate),
    code: 'wrong_statement_type',
    says: /nothing/,
  },
  {
    attack: 'a member that this door does not know, which may say “but not on Mondays”',
    text: signedAnyway(statementOf(GRANTED, {}, { except: 'mondays' }), gate),
    code: 'malformed_statement',
    says: /predicate.*except/,
  },
  {
    attack: 'a stage that nobody knows',
    text: signedAnyway(statementOf(GRANTED, {}, { stage: 'root' }), gate),
    code: 'malformed_statement',
    says: /predicate\.stage/,
  },
  {
    attack: 'the stage named twice in what is signed',
    text: signedAnyway(statementOf(GRANTED).replace('"stage":"limited"', '"stage":"shadow","stage":"limited"'), gate),
    code: 'malformed_statement',
    says: /canonical JSON/,
  },
  {
    attack: 'bytes that are no text, for which readers put different signs',
    text: signedAnyway(
      Buffer.concat(
        statementOf(GRANTED)
          .split('gpt-5')
          .flatMap((part) => [Buffer.from(part), Buffer.of(0xff)])
          .slice(0, -1),
      ),
      gate,
    ),
    code: 'malformed_statement',
    says: /canonical JSON/,
  },
  {
    attack: 'a subject of another agent over a predicate for this one',
    text: signedAnyway(
      statementOf(GRANTED, {
        subject: [
          { name: 'agent:payouts-bot', digest: { sha256: GRANTED.identity.digest } },
          { name: 'policy:interlock.yaml', digest: { sha256: GRANTED.policy.digest } },
        ],
      }),
      gate,
    ),
    code: 'subject_mismatch',
    says: /contradicts itself/,
  },
  {
    attack: 'a subject with another policy’s digest',
    text: signedAnyway(
      statementOf(GRANTED, {
        subject: [
          { name: 'agent:refunds-bot', digest: { sha256: GRANTED.identity.digest } },
          { name: 'policy:interlock.yaml', digest: { sha256: sha256('a policy without limits') } },
        ],
      }),
      gate,
    ),
    code: 'subject_mismatch',
    says: /contradicts itself/,
  },
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

test.each(FORGERIES)('$attack is refused: $code', ({ text, at = {}, code, says }) => {
  const verified = verifyPromotion(text, { ...demand, ...at });
  expect(verified).toMatchObject({ ok: false, failure: { code } });
  const { message } = (verified as { failure: { message: string } }).failure;
  expect(message).toMatch(says);
  // One sentence that says what is wrong and one that says what to do, and nothing that could steer a terminal.
  expect(message).toMatch(/^[A-Z].*[^.]\. [A-Z].*\.$|^[A-Z].*: .*\.$/);
  expect(message).toMatch(/^[ -~…]+$/);
});

test('every refusal has a forgery that meets it', () => {
  const met = new Set(FORGERIES.map(({ code }) => code));
  expect([...met].toSorted()).toEqual(REFUSAL_CODES.toSorted());
});
