import path from 'node:path';
import type { PolicyFiles } from '../files.ts';
import { POLICY_CHARACTERS_MAX, readSource, type Source } from '../source.ts';
import type { Faults } from './faults.ts';
import { listOf, mappingOf, membersOf, stringOf, writtenIn, type Written, type WrittenMapping } from './written.ts';

/** Nobody keeps more files of one policy in mind; it bounds what a load opens. */
export const INCLUDES_MAX = 32;
const NAME_LENGTH_MAX = 256;

const NAME_FORM = 'a path beside or below the policy file: ./routes.yaml';

/**
 * INVARIANT: what is included lies beside or below the policy file, so that its folder is the whole policy: to review,
 * to mount, to copy. That is why `..` is refused.
 */
const NAME = /^(?:\.\/)?(?:[^\\/:\0]+\/)*[^\\/:\0]+$/;

/** Sections that say what the policy as a whole is. */
const POLICY_FILE_ONLY = ['version', 'environment'];

export interface Gathered {
  /** The policy file with what it includes merged into it; `include` itself is gone. */
  readonly root: Written;
  /** Every included text by its name as written. */
  readonly includes: Readonly<Record<string, string>>;
}

interface Part {
  readonly name: string;
  readonly text: string;
  readonly root: WrittenMapping;
}

/**
 * Puts a policy and the files that it includes together: mappings by name, lists one behind the other, in the order of
 * `include`. `undefined`: a file is missing or unreadable, and what the rest means without it is not worth a word.
 */
export function gather(main: Source, policyFile: string, files: PolicyFiles, faults: Faults): Gathered | undefined {
  const root = writtenIn(main);
  const include = membersOf(root).get('include');
  if (root.kind !== 'mapping' || include === undefined) return { root, includes: {} };
  const names = namesOf(include, faults);
  const parts = names?.map((name) => read(name, policyFile, files, faults)) ?? [];
  const whole = parts.filter((part) => part !== undefined);
  if (names === undefined || whole.length < names.length) return undefined;
  const characters = whole.reduce((sum, { text }) => sum + text.length, 0);
  if (characters > POLICY_CHARACTERS_MAX) {
    faults.error(
      include,
      `the included files have ${characters} characters; at most ${POLICY_CHARACTERS_MAX} are read`,
    );
    return undefined;
  }
  const sections = new Map(root.members);
  sections.delete('include');
  for (const part of whole) for (const [key, section] of part.root.members) add(sections, key, section, faults);
  return {
    root: mappingOf(sections, root.origin),
    includes: Object.fromEntries(whole.map(({ name, text }) => [name, text])),
  };
}

/** The entries of `include`, or `undefined` where one of them is no name of a file. */
function namesOf(include: Written, faults: Faults): readonly Written[] | undefined {
  if (include.kind !== 'list') {
    faults.error(include, { message: '`include` is a list of files', accepted: '[./routes.yaml]' });
    return undefined;
  }
  if (include.items.length > INCLUDES_MAX) {
    faults.error(include, `${include.items.length} files are included; at most ${INCLUDES_MAX} are`);
    return undefined;
  }
  const seen = new Set<string>();
  const sound = include.items.filter((entry) => {
    const name = stringOf(entry);
    if (name === undefined || !isName(name)) {
      faults.error(entry, { message: 'this names no file that may be included', accepted: NAME_FORM });
      return false;
    }
    const same = path.posix.normalize(name);
    if (seen.has(same)) faults.error(entry, `\`${name}\` is included twice`);
    const isNew = !seen.has(same);
    seen.add(same);
    return isNew;
  });
  return sound.length === include.items.length ? sound : undefined;
}

function isName(name: string): boolean {
  if (name.length > NAME_LENGTH_MAX || !NAME.test(name)) return false;
  const [first, ...others] = name.split('/');
  return first !== '..' && !others.some((step) => step === '.' || step === '..');
}

function read(entry: Written, policyFile: string, files: PolicyFiles, faults: Faults): Part | undefined {
  const name = stringOf(entry) as string;
  const text = files.include(name);
  if (!text.ok) {
    faults.error(entry, `\`${name}\` cannot be included: ${text.failure}`);
    return undefined;
  }
  const source = readSource(text.value, path.join(path.dirname(policyFile), name));
  if (!source.ok) {
    faults.problems.push(...source.failure);
    return undefined;
  }
  const root = writtenIn(source.value);
  if (root.kind === 'mapping') return { name, text: text.value, root };
  faults.error(root, { message: 'an included file is a part of a policy', accepted: 'sections: routes, agents, …' });
  return undefined;
}

function add(sections: Map<string, Written>, key: string, section: Written, faults: Faults): void {
  if (key === 'include') {
    return faults.error(section, {
      message: 'an included file includes no other; name it in the policy file',
      on: 'key',
    });
  }
  if (POLICY_FILE_ONLY.includes(key)) {
    return faults.error(section, { message: `\`${key}\` belongs into the policy file alone`, on: 'key' });
  }
  const before = sections.get(key);
  sections.set(key, before === undefined ? section : together(key, before, section, faults));
}

function together(key: string, before: Written, section: Written, faults: Faults): Written {
  if (before.kind === 'list' && section.kind === 'list') {
    return listOf([...before.items, ...section.items], before.origin);
  }
  // `defaults` is one partial agent, not many things by name.
  if (before.kind !== 'mapping' || section.kind !== 'mapping' || key === 'defaults') {
    const message = `\`${key}\` stands at ${faults.placeOf(before)} too, and the two cannot be put together`;
    faults.error(section, { message, on: 'key' });
    return before;
  }
  const members = new Map(before.members);
  for (const [name, member] of section.members) {
    const twin = members.get(name);
    if (twin === undefined) members.set(name, member);
    else faults.error(member, { message: `\`${key}.${name}\` stands at ${faults.placeOf(twin)} too`, on: 'key' });
  }
  return mappingOf(members, before.origin);
}
