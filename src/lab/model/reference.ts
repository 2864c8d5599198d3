import type { Json } from '../../std/canonical-json.ts';
import { isRecord, type Message, resultsIn, userText } from './conversation.ts';

/** `{{last.id}}`, `{{get_charge.amount}}`, `{{user /ch_\w+/}}` */
const REFERENCE = /\{\{\s*(?:user\s+\/(?<pattern>(?:[^/\\]|\\.)+)\/|(?<path>[\w.-]+))\s*\}\}/g;

/** A script asks for what is not there. The message says what. */
export class ScriptLost extends Error {
  override readonly name = 'ScriptLost';
}

/**
 * Puts what a conversation holds into a value of the script, wherever a text in it refers to it: `last` is the last tool
 * result, a tool's name that tool's last result, and what follows are its members; `user /…/` is the first match of a
 * pattern in the user's last message. A text that is one reference and nothing else becomes the value itself, a number say.
 *
 * @throws ScriptLost
 */
export function resolved(value: Json, messages: readonly Message[]): Json {
  if (typeof value === 'string') return resolvedText(value, messages);
  if (Array.isArray(value)) return value.map((item: Json) => resolved(item, messages));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, resolved(member, messages)]));
}

function resolvedText(text: string, messages: readonly Message[]): Json {
  const all = [...text.matchAll(REFERENCE)];
  const [only] = all;
  if (only?.[0] === text) return lookUp(only, messages);
  return text.replaceAll(REFERENCE, (...match) => {
    const groups = match.at(-1) as Record<string, string | undefined>;
    const found = lookUp({ 0: match[0], groups }, messages);
    return typeof found === 'string' ? found : JSON.stringify(found);
  });
}

interface Reference {
  readonly 0: string;
  readonly groups?: Readonly<Record<string, string | undefined>> | undefined;
}

function lookUp({ 0: written, groups = {} }: Reference, messages: readonly Message[]): Json {
  const { pattern, path = '' } = groups;
  if (pattern !== undefined) {
    const [found] = new RegExp(pattern).exec(userText(messages)) ?? [];
    if (found === undefined) throw new ScriptLost(`${written}: the user's last message has nothing of the kind`);
    return found;
  }
  const [of = '', ...members] = path.split('.');
  const result = resultsIn(messages).findLast(({ tool }) => of === 'last' || tool === of);
  if (result === undefined) {
    throw new ScriptLost(`${written}: ${of === 'last' ? 'no tool has' : `the tool \`${of}\` has not`} been called`);
  }
  if (members.length === 0) return result.text;
  let value: Json | undefined = parsed(result.text);
  for (const member of members) value = memberOf(value, member);
  if (value === undefined) throw new ScriptLost(`${written}: not in what \`${result.tool}\` gave: ${result.text}`);
  return value;
}

function memberOf(value: Json | undefined, member: string): Json | undefined {
  if (Array.isArray(value)) return value[Number(member)] as Json | undefined;
  return isRecord(value) && Object.hasOwn(value, member) ? value[member] : undefined;
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
