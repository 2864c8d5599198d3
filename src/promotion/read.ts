import { isUtf8 } from 'node:buffer';
import { canonicalJson } from '../std/canonical-json.ts';
import { ok, type Result } from '../std/result.ts';
import { faultsOf, readEnvelope, type Envelope } from './envelope.ts';
import { readCanonicalJson } from './json-once.ts';
import { refuse, shown, type PromotionRefused } from './refusal.ts';
import { statementSchema } from './schema.ts';
import { subjectsOf } from './sign.ts';
import { PAYLOAD_TYPE, PREDICATE_TYPE, STATEMENT_TYPE, type Promotion } from './statement.ts';

export interface ReadPromotion {
  readonly promotion: Promotion;
  readonly envelope: Envelope;
}

/** What a file says of itself. INVARIANT: nobody has looked at a signature, so it is for people to look at and for nothing else. */
export function readPromotion(text: string): Result<ReadPromotion, PromotionRefused> {
  const envelope = promotionEnvelope(text);
  if (!envelope.ok) return envelope;
  const promotion = statementIn(envelope.value);
  return promotion.ok ? ok({ promotion: promotion.value, envelope: envelope.value }) : promotion;
}

/** An envelope that says its payload is an in-toto statement. */
export function promotionEnvelope(text: string): Result<Envelope, PromotionRefused> {
  const envelope = readEnvelope(text);
  if (!envelope.ok || envelope.value.payloadType === PAYLOAD_TYPE) return envelope;
  return refuse(
    'wrong_payload_type',
    `This is no promotion: its payload is of type ${shown(envelope.value.payloadType)}, not ${PAYLOAD_TYPE}. Name the file that \`interlock gate\` wrote.`,
  );
}

/** The promotion in an envelope: all of it known, in its one spelling, and about what it says it is about. */
export function statementIn({ payload }: Envelope): Result<Promotion, PromotionRefused> {
  const other = 'What signs promotions should sign nothing else: ask who has its key.';
  const json = isUtf8(payload) ? readCanonicalJson(payload.toString()) : undefined;
  if (json === undefined) {
    return refuse('malformed_statement', `This is no promotion: its payload is not one canonical JSON text. ${other}`);
  }
  const { _type: type, predicateType } = Object(json) as Readonly<Record<string, unknown>>;
  if (type !== STATEMENT_TYPE) {
    const what = `its payload is ${shown(type)}, not an in-toto statement (${STATEMENT_TYPE})`;
    return refuse('wrong_statement_type', `This is no promotion: ${what}. ${other}`);
  }
  if (predicateType !== PREDICATE_TYPE) {
    const what = `it states ${shown(predicateType)}, not ${PREDICATE_TYPE}`;
    return refuse('wrong_predicate_type', `This is no promotion: ${what}. ${other}`);
  }
  const read = statementSchema.safeParse(json);
  if (!read.success) {
    const what = `this version cannot read it (${faultsOf(read.error)})`;
    return refuse('malformed_statement', `This is no promotion: ${what}. Let the gate and the door be of one version.`);
  }
  if (canonicalJson(read.data) !== canonicalJson(json)) {
    return refuse('malformed_statement', `This is no promotion: a name in it is none that JSON readers keep. ${other}`);
  }
  const { subject, predicate } = read.data;
  if (canonicalJson(subject) !== canonicalJson(subjectsOf(predicate))) {
    const what = 'the agent and policy that it is about are not those that it promotes';
    return refuse('subject_mismatch', `This promotion contradicts itself: ${what}. ${other}`);
  }
  return ok(predicate);
}
