import { z } from 'zod';
import { STAGES } from '../engine/standings.ts';
import type { AgentId } from '../engine/ids.ts';
import { BASELINE_SESSIONS_MAX, PREDICATE_TYPE, STATEMENT_TYPE } from './statement.ts';

/** A promotion's own name. */
export const PROMOTION_ID = /^promotion_[0-9a-f]{32}$/;

// For people to read in a line, and for machines to carry in a record.
const name = z.string().min(1).max(300);
const line = z.string().max(1_000);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected SHA-256 in hex');
const digest = z.strictObject({ sha256 });
/** Dates that JavaScript can show. */
const instant = z.int().min(0).max(8_640_000_000_000_000);
const count = z.int().min(0);

const baseline = z.strictObject({
  sessions: z
    .array(
      z.strictObject({
        mix: z.record(name, count).refine((mix) => Object.keys(mix).length <= 500, 'too many kinds of calls'),
        times: z.int().min(1),
      }),
    )
    .max(BASELINE_SESSIONS_MAX),
  sent: count,
  failed: count,
});

export const promotionSchema = z.strictObject({
  agent: name.transform((agent) => agent as AgentId),
  identity: z.strictObject({
    digest: sha256,
    version: line.exactOptional(),
    model: line.exactOptional(),
    prompt: line.exactOptional(),
  }),
  policy: z.strictObject({ digest: sha256, rules: sha256, file: name }),
  environment: name,
  from: z.enum(STAGES),
  stage: z.enum(STAGES),
  step: z.int().min(1).max(1_000).nullable(),
  segment: z.array(line).max(200),
  journal: z.strictObject({ seq: z.int().min(1), hash: sha256, at: instant, log: name.nullable() }),
  evidence: z.array(z.strictObject({ name, digest })).max(200),
  criteria: z.array(z.strictObject({ id: name, class: name.nullable(), required: line, observed: line })).max(2_000),
  engine: z.strictObject({ version: name, decisions: line }),
  issuedAt: instant,
  expiresAt: instant,
  id: z.string().regex(PROMOTION_ID, 'expected promotion_ and 32 hex digits'),
  approvals: z.array(z.strictObject({ by: name, reason: line })).max(20),
  baseline,
});

export const statementSchema = z.strictObject({
  _type: z.literal(STATEMENT_TYPE),
  subject: z.array(z.strictObject({ name, digest })).max(2),
  predicateType: z.literal(PREDICATE_TYPE),
  predicate: promotionSchema,
});
