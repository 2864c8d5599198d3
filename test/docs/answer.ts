import { format } from 'prettier';
import { canonicalJson, type Json } from '../../src/std/canonical-json.ts';

/** An answer, as it came over the wire or as a page shows it. */
export interface Answer {
  readonly status: number;
  readonly statusText: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a page shows of an answer's head, unless its author chose other headers. */
const SHOWN =
  'content-type interlock-verdict interlock-origin location retry-after ratelimit-policy ratelimit x-should-retry interlock-call'.split(
    ' ',
  );

/** What differs from run to run, and what stands for it when answers are compared. */
const VOLATILE: readonly (readonly [RegExp, string])[] = [
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, 'TIME'],
  [/"seconds":\d+/g, '"seconds":N'],
  [/\b\d+ s\b/g, 'N s'],
  [/\b(wait|the last time) (\d+(ms|s|m|h|d)\b ?)+/g, '$1 TIME '],
  [/(\d+(ms|s|m|h|d)\b ?)+ago/g, 'TIME ago'],
  [/;t=\d+/g, ';t=N'],
  [/^retry-after: \d+$/gm, 'retry-after: N'],
];
/** Made by the door, unlike the ids that pages make up for their own business. */
const ID = /\b(?:call_[0-9a-f]{12}[0-9a-z]{5,}|grant_[0-9a-f]{16}|[a-z]+_shadow\w{10,})\b/g;

/** Reads an `http` block: status line, headers, an empty line, the body. `undefined` where the block is empty. */
export function readAnswer(block: string): Answer | undefined {
  if (block.trim() === '') return undefined;
  const [head = '', ...rest] = block.split('\n\n');
  const [line = '', ...fields] = head.trim().split('\n');
  const [, status, statusText = ''] = /^HTTP\/1\.1 (\d{3})(?: (.*))?$/.exec(line) ?? [];
  if (status === undefined) throw new Error(`an answer begins with HTTP/1.1 and its status, not with: ${line}`);
  const headers = fields.map((field) => [
    field.slice(0, field.indexOf(':')).toLowerCase(),
    field.slice(field.indexOf(':') + 1).trim(),
  ]);
  return { status: Number(status), statusText, headers: Object.fromEntries(headers), body: rest.join('\n\n').trim() };
}

/** What of an answer a page must show right: its status, the headers that it names, every member of its body. */
export function comparable(answer: Answer, named: readonly string[]): string {
  const head = [...named].sort().map((name) => `${name}: ${answer.headers[name] ?? '(none)'}`);
  const text = [String(answer.status), ...head, '', bodyOf(answer)].join('\n');
  const ids = new Map<string, string>();
  const steady = text.replaceAll(ID, (id) => {
    ids.set(id, ids.get(id) ?? `ID${ids.size + 1}`);
    return ids.get(id) as string;
  });
  return VOLATILE.reduce((said, [pattern, by]) => said.replaceAll(pattern, by), steady);
}

/** The ids that a page shows, by those that the door made this time; for commands further down the page. */
export function idsShown(shown: Answer, real: Answer): ReadonlyMap<string, string> {
  const named = Object.keys(shown.headers);
  const [written, made] = [shown, real].map((one) => {
    const head = named.map((name) => one.headers[name] ?? '');
    return [...head, bodyOf(one)].join('\n').match(ID) ?? [];
  });
  return new Map((written ?? []).map((id, index) => [id, made?.[index] ?? id]));
}

/** An answer as a page shows it, with the headers that `before` names. */
export async function printAnswer(answer: Answer, before: Answer | undefined): Promise<string> {
  const names = before === undefined ? SHOWN.filter((name) => name in answer.headers) : Object.keys(before.headers);
  const head = names.map((name) => `${name}: ${answer.headers[name] ?? '(none)'}\n`);
  const isJson = answer.headers['content-type']?.includes('json') === true;
  const body = isJson ? await format(answer.body, { parser: 'json', printWidth: 110 }) : answer.body;
  const lines = [`HTTP/1.1 ${answer.status} ${answer.statusText}\n`, ...head];
  return lines.join('') + (body === '' ? '' : `\n${body}`);
}

function bodyOf({ body }: Answer): string {
  try {
    return canonicalJson(JSON.parse(body) as Json);
  } catch {
    return body;
  }
}
