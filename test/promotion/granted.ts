import { createHash } from 'node:crypto';
import { newSigningKey, readSigningKey, type CheckpointSigner } from '../../src/journal/index.ts';
import type { AgentId } from '../../src/engine/ids.ts';
import { canonicalJson, type Json } from '../../src/std/canonical-json.ts';
import { preAuthEncoding, writeEnvelope } from '../../src/promotion/envelope.ts';
import { keyIdOf, signPromotion, type Demand, type Promotion } from '../../src/promotion/index.ts';
import { subjectsOf } from '../../src/promotion/sign.ts';
import { PAYLOAD_TYPE, PREDICATE_TYPE, STATEMENT_TYPE } from '../../src/promotion/statement.ts';

export const DAY_MS = 86_400_000;
export const ISSUED_AT = Date.parse('2026-11-23T15:00:00Z');

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export function newSigner(name = 'gate.example.com/refunds'): CheckpointSigner {
  const signer = readSigningKey(newSigningKey(name));
  if (!signer.ok) throw new Error(signer.failure);
  return signer.value;
}

/** A promotion as the gate makes it. */
export const GRANTED: Promotion = {
  agent: 'refunds-bot' as AgentId,
  identity: { digest: sha256('refunds-bot 1.4.2'), version: '1.4.2', model: 'gpt-5', prompt: sha256('Be kind.') },
  policy: { digest: sha256('policy'), rules: sha256('rules'), file: 'interlock.yaml' },
  environment: 'production',
  from: 'shadow',
  stage: 'limited',
  step: 1,
  segment: ['create_refund: 1% of body.customer'],
  journal: { seq: 4_711, hash: sha256('record 4711'), at: ISSUED_AT - 60_000, log: 'example.com/refunds' },
  evidence: [{ name: 'gate.json', digest: { sha256: sha256('evidence') } }],
  criteria: [{ id: 'harm', class: 'create_refund', required: '< 0.5% (95%)', observed: '0 of 812' }],
  engine: { version: '0.9.0', decisions: sha256('decisions') },
  issuedAt: ISSUED_AT,
  expiresAt: ISSUED_AT + 30 * DAY_MS,
  id: `promotion_${'0123456789abcdef'.repeat(2)}`,
  approvals: [
    { by: 'ana', reason: 'read all 140 of the sample' },
    { by: 'bo', reason: 'two weeks without a wrong refund' },
  ],
  baseline: {
    sessions: [{ mix: { 'create_refund passed': 1, 'get_charge passed': 3 }, times: 812 }],
    sent: 2_431,
    failed: 3,
  },
};

/** What a door asks for that was promoted so, an hour later. */
export function demandFor({ verifierKey }: CheckpointSigner, over: Partial<Demand> = {}): Demand {
  const { agent, identity, policy, environment, journal } = GRANTED;
  return {
    agent,
    identity: { agent, version: undefined, model: undefined, prompt: undefined, ...identity },
    policy: { digest: policy.digest, rules: policy.rules },
    environment,
    terms: { keys: [verifierKey], people: 2, expiresMs: 30 * DAY_MS },
    stageMax: 'limited',
    rampSteps: 3,
    now: ISSUED_AT + 3_600_000,
    isRevoked: () => false,
    fellAt: undefined,
    journalHas: (seq, hash) => seq === journal.seq && hash === journal.hash,
    ...over,
  };
}

export function signed(promotion: Promotion, signer: CheckpointSigner): string {
  const text = signPromotion(promotion, signer);
  if (!text.ok) throw new Error(text.failure);
  return text.value;
}

/** An envelope around anything, signed with a real key: what somebody can make who got hold of one, or uses it for two things. */
export function signedAnyway(
  payload: string | Buffer,
  signer: CheckpointSigner,
  { payloadType = PAYLOAD_TYPE, keyid = keyIdOf(signer) } = {},
): string {
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
  const sig = signer.sign(preAuthEncoding(payloadType, bytes));
  return writeEnvelope({ payloadType, payload: bytes, signatures: [{ keyid, sig }] });
}

/** The payload of a promotion, with other members in its statement or predicate. */
export function statementOf(promotion: Promotion, over: object = {}, inPredicate: object = {}): string {
  return canonicalJson({
    _type: STATEMENT_TYPE,
    subject: subjectsOf(promotion),
    predicateType: PREDICATE_TYPE,
    predicate: { ...promotion, ...inPredicate },
    ...over,
  } as unknown as Json);
}

interface Written {
  payload: string;
  payloadType: string;
  signatures: { keyid: string; sig: string }[];
}

/** An envelope with its members changed by somebody without a key. */
export function edited(text: string, edit: (envelope: Written) => object): string {
  return JSON.stringify(edit(JSON.parse(text) as Written), null, 2);
}

/** An envelope whose payload says something else, under the signature that it had. */
export function withPayload(text: string, edit: (payload: string) => string): string {
  return edited(text, (envelope) => {
    const payload = edit(Buffer.from(envelope.payload, 'base64').toString());
    return { ...envelope, payload: Buffer.from(payload).toString('base64') };
  });
}
