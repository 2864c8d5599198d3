import type { CallEntry, OutcomeEntry, Recorded } from '../../journal/entry.ts';
import type { Archive } from './archive.ts';
import { bareId } from './mentions.ts';
import { requestScalars } from './request.ts';
import { scalarsOf } from './scalars.ts';
import { only } from './steps.ts';
import type { Meaning } from './told.ts';

/** What can be asked for beside things of the business. */
export const ROLES = ['call', 'session', 'agent', 'task', 'grant', 'page'] as const;

/** A question that says what kind of thing its name is: `charge ch_1`, `session:night-1`. */
export interface KindAndName {
  readonly word: string;
  readonly name: string;
  readonly form: 'colon' | 'words';
}

/** @param plain a question without what stands around it */
export function kindAndName(plain: string): KindAndName | undefined {
  const colon = /^(?<word>\w+):(?!\/\/)(?<name>.+)$/s.exec(plain)?.groups;
  if (colon?.['word'] !== undefined && colon['name'] !== undefined)
    return { word: colon['word'], name: colon['name'], form: 'colon' };
  const words = plain.split(/\s+/);
  const name = words.at(-1);
  return words.length < 2 || name === undefined
    ? undefined
    : { word: words.slice(0, -1).join(' '), name, form: 'words' };
}

/** The kinds that one may ask for here: {@link ROLES}, and those of the subjects of recent records. */
export function kindsIn(records: Iterable<Recorded>): readonly string[] {
  const kinds = new Set<string>();
  for (const record of records) {
    const subject = record.kind === 'call' ? record.facts.subject : null;
    if (subject !== null && bareId(subject) !== null) kinds.add(subject.slice(0, subject.indexOf(':')));
  }
  return [...ROLES, ...[...kinds].sort()];
}

/** How many of the last mentions of an id are looked at for what it is called there. */
const CALLED_MAX = 50;

/** Whether what a name means here is of that kind, or stands in a request or an answer where the kind stands. */
export async function isOfKind(archive: Archive, { role, name }: Meaning, word: string): Promise<boolean> {
  if (role === word) return true;
  if (role !== 'subject' && role !== 'id') return false;
  if (name.startsWith(`${word}:`)) return true;
  const id = bareId(name) ?? name;
  const places = await archive.find(id, { roles: ['sent', 'answered'], last: CALLED_MAX });
  const records = await archive.read(places);
  if (only(records, 'call').some((entry) => isSentAs(entry, id, word))) return true;
  for (const outcome of only(records, 'outcome')) {
    const [entry] = only(
      await archive.read(await archive.find(outcome.call, { kinds: ['call'], roles: ['call'] })),
      'call',
    );
    if (isAnsweredAs(outcome, entry, id, word)) return true;
  }
  return false;
}

/** `charge=ch_1`, `"charge_id": "ch_1"`, `/charges/ch_1` */
function isSentAs(entry: CallEntry, id: string, word: string): boolean {
  const values = requestScalars(entry);
  return values.some(({ in: part, path, text }, index) => {
    if (text !== id) return false;
    return part === 'path' ? isPlural(values[index - 1]?.text ?? '', word) : isNamed(path, word);
  });
}

/** As a member of that name, or as the id of what says that it is one, or of what a request to `/charges` made. */
function isAnsweredAs({ answer }: OutcomeEntry, entry: CallEntry | undefined, id: string, word: string): boolean {
  const values = scalarsOf(answer ?? '');
  const objects = new Map(values.map(({ path, text }) => [path, text]));
  const made = entry?.target.split('?', 1)[0]?.split('/').at(-1) ?? '';
  return values.some(({ path, text }) => {
    if (text !== id) return false;
    if (isNamed(path, word)) return true;
    if (!/(^|\.)id$/.test(path)) return false;
    return objects.get(path.replace(/id$/, 'object')) === word || (path === 'id' && isPlural(made, word));
  });
}

/** `data[0].charge_id` is a charge. */
function isNamed(path: string, word: string): boolean {
  const key = /([^.[\]]+)(?:\[\d+\])?\]?$/.exec(path)?.[1] ?? '';
  const words = key.split(/[_-]|(?<=[a-z])(?=[A-Z])/).map((one) => one.toLowerCase());
  const last = words.findLast((one) => one !== 'id' && one !== 'ids');
  return last !== undefined && isPlural(last, word);
}

function isPlural(text: string, word: string): boolean {
  return [word, `${word}s`, `${word}es`, word.replace(/y$/, 'ies')].includes(text);
}
