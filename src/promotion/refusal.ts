import { fail, type Result } from '../std/result.ts';

/** Why something is no promotion, or none for this agent, here and now. */
export const REFUSAL_CODES = [
  // What it is.
  'too_large',
  'not_json',
  'not_an_envelope',
  'wrong_payload_type',
  // Who says so.
  'unsigned',
  'unknown_key',
  'forged_signature',
  // What was signed.
  'malformed_statement',
  'wrong_statement_type',
  'wrong_predicate_type',
  'subject_mismatch',
  // What it is for.
  'other_agent',
  'other_identity',
  'other_policy',
  'other_environment',
  'other_stage',
  // Whether it is good now.
  'not_yet_valid',
  'expired',
  'lasts_too_long',
  'revoked',
  'before_demotion',
  // What it rests on.
  'foreign_journal',
  'too_few_approvals',
] as const;

export type RefusalCode = (typeof REFUSAL_CODES)[number];

export interface PromotionRefused {
  readonly code: RefusalCode;
  /** One sentence that says what is wrong, and one that says what to do. */
  readonly message: string;
}

export function refuse(code: RefusalCode, message: string): Result<never, PromotionRefused> {
  return fail({ code, message });
}

/** Far more than any name that a message is about. */
const SHOWN_CHARACTERS = 120;

/** A value of somebody else's, as JSON and short. */
export function shown(value: unknown): string {
  const plain = printable(JSON.stringify(value) ?? 'nothing');
  return plain.length > SHOWN_CHARACTERS ? `${plain.slice(0, SHOWN_CHARACTERS)}…` : plain;
}

/** Without what could steer a terminal. */
export function printable(text: string): string {
  return text.replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
