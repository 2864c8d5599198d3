import { fail, ok, type Result } from '../../std/result.ts';
import type { PolicyFiles } from '../files.ts';
import type { PolicyProblem } from '../problem.ts';
import type { Source } from '../source.ts';
import { writtenOut } from './agents.ts';
import { Faults } from './faults.ts';
import { Groups } from './groups.ts';
import { gather } from './include.ts';
import { ungrouped, type Reach } from './rules.ts';
import { Quota } from './quota.ts';
import { asSource, listOf, mappingOf, membersOf, type Written } from './written.ts';

export interface Expanded {
  /** The plain policy. Its places are those of the author's files. */
  readonly source: Source;
  /** The included texts by name as written. */
  readonly includes: Readonly<Record<string, string>>;
  /** What is wrong with what was expanded; what is expanded is still worth checking. */
  readonly problems: readonly PolicyProblem[];
}

/** The sections that exist for the author only. */
const AUTHORS_SECTIONS = ['groups', 'templates', 'defaults'];

/**
 * `include`, `groups`, `templates`, `defaults` and `extends` → the plain policy that they stand for, which alone is
 * checked, compiled and digested. A policy without them stands for itself.
 */
export function expandPolicy(main: Source, file: string, files: PolicyFiles): Result<Expanded, PolicyProblem[]> {
  const faults = new Faults(file);
  const gathered = gather(main, file, files, faults);
  if (gathered === undefined) return fail(faults.problems);
  const root = expanded(gathered.root, faults);
  if (root === undefined) return fail(faults.problems);
  return ok({ source: asSource(root), includes: gathered.includes, problems: faults.problems });
}

/** `undefined`: it would come to too much. */
function expanded(root: Written, faults: Faults): Written | undefined {
  if (root.kind !== 'mapping') return root;
  const { members, origin } = root;
  const routes = membersOf(members.get('routes'));
  const quota = new Quota(faults);
  const groups = new Groups(members.get('groups'), routes, quota, faults);
  const sections = new Map(members);
  for (const key of AUTHORS_SECTIONS) sections.delete(key);
  for (const key of ['templates', 'defaults']) demandMapping(key, members.get(key), faults);

  const templates = membersOf(members.get('templates'));
  const agents = members.get('agents');
  if (agents?.kind === 'mapping') {
    const parts = { agents: agents.members, templates, defaults: members.get('defaults'), routes };
    const out = writtenOut(parts, groups, quota, faults);
    if (out === undefined) return undefined;
    sections.set('agents', mappingOf(out, agents.origin));
  }
  const reach: Reach = { routes, allowed: 'all' };
  for (const [kind, section] of sections) {
    // What must never happen is no rule of the routes: it names what is counted by other keys.
    if (section.kind !== 'list' || kind === 'never') continue;
    const rules = section.items.flatMap((rule) => ungrouped(kind, rule, reach, groups));
    sections.set(kind, listOf(rules, section.origin));
  }
  if (quota.isSpent) return undefined;
  groups.reportUnused();
  return mappingOf(sections, origin);
}

function demandMapping(key: string, section: Written | undefined, faults: Faults): void {
  if (section === undefined || section.kind === 'mapping') return;
  faults.error(section, { message: `\`${key}\` is a mapping`, accepted: '{ … }' });
}
