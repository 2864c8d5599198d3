import { canonicalJson, type Json } from '../std/canonical-json.ts';
import { fail, ok, type Result } from '../std/result.ts';
import type { CheckpointSigner } from '../journal/index.ts';
import { ENVELOPE_BYTES_MAX, faultsOf, preAuthEncoding, writeEnvelope } from './envelope.ts';
import { statementSchema } from './schema.ts';
import { PAYLOAD_TYPE, PREDICATE_TYPE, STATEMENT_TYPE, type Promotion, type PromotionStatement } from './statement.ts';

/** Bytes that nobody can guess: two promotions never share a name. */
const ID_BYTES = 16;

export function newPromotionId(random: (bytes: number) => Buffer): string {
  return `promotion_${random(ID_BYTES).toString('hex')}`;
}

/** What a promotion is about, as in-toto has it: names, and the digests that they must match. */
export function subjectsOf({ agent, identity, policy }: Promotion): PromotionStatement['subject'] {
  return [
    { name: `agent:${agent}`, digest: { sha256: identity.digest } },
    { name: `policy:${policy.file}`, digest: { sha256: policy.digest } },
  ];
}

/** What a key is called in envelopes: `NAME+ID`, without the key itself. */
export function keyIdOf({ verifierKey }: Pick<CheckpointSigner, 'verifierKey'>): string {
  return verifierKey.split('+').slice(0, 2).join('+');
}

/** The envelope, as text. A failure says what of the promotion no door would read. */
export function signPromotion(promotion: Promotion, signer: CheckpointSigner): Result<string, string> {
  const statement: PromotionStatement = {
    _type: STATEMENT_TYPE,
    subject: subjectsOf(promotion),
    predicateType: PREDICATE_TYPE,
    predicate: promotion,
  };
  const read = statementSchema.safeParse(statement);
  if (!read.success) return fail(faultsOf(read.error));
  const text = canonicalJson(read.data);
  // A reader that drops a member (`__proto__`) would read another promotion.
  if (text !== canonicalJson(statement as unknown as Json)) return fail('a name in it is none that JSON readers keep');
  const payload = Buffer.from(text);
  const sig = signer.sign(preAuthEncoding(PAYLOAD_TYPE, payload));
  const envelope = writeEnvelope({ payloadType: PAYLOAD_TYPE, payload, signatures: [{ keyid: keyIdOf(signer), sig }] });
  return envelope.length > ENVELOPE_BYTES_MAX
    ? fail(`it would have more than ${ENVELOPE_BYTES_MAX} bytes`)
    : ok(envelope);
}
