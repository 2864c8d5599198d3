import type { Course, ProbeRequest, Step } from '../course.ts';

/** What never needs an escape (RFC 3986, 2.3): with one it means the same and reads worse. */
const UNRESERVED = /[\w.~-]/;
const URL_ESCAPE = /%([0-9a-f]{2})/gi;
/** JSON's, of the same letters; a backslash before it that is escaped itself is none of its own. */
const JSON_ESCAPE = /(?<!\\)((?:\\\\)*)\\u00([0-9a-f]{2})/gi;

/** Courses whose requests are spelled as a client library spells them: all of them, or one. */
export function* withPlainSpellings(course: Course): Generator<Course> {
  const { steps } = course;
  const plain = steps.map((step) => ('request' in step ? { ...step, request: plainlySpelled(step.request) } : step));
  const odd = steps.flatMap((step, index) => ('request' in step && oddness(step.request) > 0 ? [index] : []));
  if (odd.length > 1) yield { ...course, steps: plain };
  for (const index of odd) yield { ...course, steps: steps.with(index, plain[index] as Step) };
}

/** How many letters are escaped that need not be. */
export function oddness(request: ProbeRequest): number {
  const { target, body = '' } = request;
  const ofBody = isJson(request) ? [...body.matchAll(JSON_ESCAPE)].map(([, , code = '']) => code) : inUrl(body);
  return [...inUrl(target), ...ofBody].filter((code) => UNRESERVED.test(letterOf(code))).length;
}

function inUrl(text: string): readonly string[] {
  return [...text.matchAll(URL_ESCAPE)].map(([, code = '']) => code);
}

function plainlySpelled(request: ProbeRequest): ProbeRequest {
  const { target, body } = request;
  if (body === undefined) return { ...request, target: unescaped(target) };
  const plain = isJson(request) ? body.replaceAll(JSON_ESCAPE, unescapedInJson) : unescaped(body);
  return { ...request, target: unescaped(target), body: plain };
}

function unescaped(text: string): string {
  return text.replaceAll(URL_ESCAPE, (escape, code: string) =>
    UNRESERVED.test(letterOf(code)) ? letterOf(code) : escape,
  );
}

function unescapedInJson(escape: string, before: string, code: string): string {
  return UNRESERVED.test(letterOf(code)) ? before + letterOf(code) : escape;
}

function isJson({ headers }: ProbeRequest): boolean {
  return headers?.['content-type']?.includes('json') === true;
}

const letterOf = (code: string): string => String.fromCharCode(Number.parseInt(code, 16));
