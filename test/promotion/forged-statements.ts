import { PREDICATE_TYPE } from '../../src/promotion/statement.ts';
import { canonicalJson, type Json } from '../../src/std/canonical-json.ts';
import { gate, type Forgery } from './forgery.ts';
import { GRANTED, sha256, signedAnyway, statementOf } from './granted.ts';

/** Signed with the gate's key, and no promotion. */
export const FORGED_STATEMENTS: readonly Forgery[] = [
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
    attack: 'a member that readers drop',
    text: signedAnyway(statementOf(GRANTED).replace('"mix":{', '"mix":{"__proto__":1,'), gate),
    code: 'malformed_statement',
    says: /JSON readers keep/,
  },
];
