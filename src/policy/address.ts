import { parseSubject } from './subject.ts';
import type { RouteFile } from './schema/route.ts';
import { parameters, parseTemplate } from './template.ts';

/** The path of the call that acts on a subject, `charge:ch_1` → `/v1/charges/ch_1`; `null` where the subject is another kind's. */
export type SubjectAddress = (subject: string) => string | null;

/**
 * The way back from a subject to a path: for an agent that is told to read what it means to change. `undefined` where the
 * path needs more than the subject says.
 */
export function subjectAddress({ match, subject }: RouteFile): SubjectAddress | undefined {
  const template = parseTemplate(match);
  const parts = subject === undefined ? undefined : parseSubject(subject);
  if (!template.ok || parts === undefined || !parts.ok) return undefined;
  const names: string[] = [];
  let pattern = '';
  for (const part of parts.value) {
    if (typeof part === 'string') pattern += RegExp.escape(part);
    else if (part.kind === 'param') {
      names.push(part.name);
      pattern += '(.+)';
    } else return undefined;
  }
  // Two parameters side by side could be told apart in several ways.
  if (names.length !== 1 || parameters(template.value).some((name) => !names.includes(name))) return undefined;
  const subjectPattern = new RegExp(`^${pattern}$`, 's');
  const { segments } = template.value;
  return (text) => {
    const value = subjectPattern.exec(text)?.[1];
    if (value === undefined) return null;
    const encoded = segments.map((segment) => encodeURIComponent(segment.kind === 'literal' ? segment.text : value));
    return `/${encoded.join('/')}`;
  };
}
