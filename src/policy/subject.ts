import type { Request, Route } from '../engine/policy.ts';
import { fail, ok, type Result } from '../std/result.ts';
import { parseField, readField, type Field } from './field.ts';

/** `charge:{body.charge}`, read: literal texts and fields in turn. */
export type SubjectTemplate = readonly (string | Field)[];

export function parseSubject(text: string): Result<SubjectTemplate, string> {
  const parts: (string | Field)[] = [];
  for (const [index, part] of text.split(/\{([^{}]*)\}/).entries()) {
    if (index % 2 === 0) {
      if (/[{}]/.test(part)) return fail(`\`${text}\` has a brace without its partner`);
      if (part !== '') parts.push(part);
      continue;
    }
    const field = parseField(part);
    if (field === undefined || (field.kind === 'body' && field.path.length === 0)) {
      return fail(`\`{${part}}\` is no field of a request`);
    }
    parts.push(field);
  }
  if (parts.every((part) => typeof part === 'string')) {
    return fail(`\`${text}\` names no field, so every call would have the same subject`);
  }
  return ok(parts);
}

/** Longer is no id. Every rule remembers subjects, and records tell them: an agent must not choose how much that is. */
export const SUBJECT_LENGTH_MAX = 256;

/** `null` where a field is missing, empty, too long, or neither text nor number: no subject is better than a wrong one. */
export function subjectReader(template: SubjectTemplate): NonNullable<Route['subject']> {
  const readers = template.map((part) => (typeof part === 'string' ? part : readField(part)));
  return (request: Request) => {
    let subject = '';
    for (const reader of readers) {
      const part = typeof reader === 'string' ? reader : reader(request);
      if ((typeof part !== 'string' && typeof part !== 'number') || part === '') return null;
      subject += part;
    }
    return subject.length > SUBJECT_LENGTH_MAX ? null : subject;
  };
}
