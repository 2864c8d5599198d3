import { nearest } from '../problem.ts';
import type { Faults } from './faults.ts';
import type { Groups } from './groups.ts';
import { Lineages } from './lineage.ts';
import type { Quota } from './quota.ts';
import { concerning, ungrouped, type Reach } from './rules.ts';
import { itemsOf, listOf, mappingOf, membersOf, stringOf, type Written } from './written.ts';

/** The sections that agents are made from. */
export interface Sections {
  readonly agents: ReadonlyMap<string, Written>;
  readonly templates: ReadonlyMap<string, Written>;
  readonly defaults: Written | undefined;
  readonly routes: ReadonlyMap<string, Written>;
}

/**
 * Agents as they stand → agents written out: `defaults` first, then whom they extend, then what is their own. Lists are
 * concatenated in that order; of everything else the nearest counts.
 */
class Agents {
  readonly #sections: Sections;
  readonly #groups: Groups;
  readonly #quota: Quota;
  readonly #faults: Faults;
  readonly #lineages: Lineages;
  /** The inherited rules that concern something of at least one agent. */
  readonly #concerning = new Set<Written>();
  readonly #extended = new Set<string>();

  constructor(sections: Sections, groups: Groups, quota: Quota, faults: Faults) {
    this.#sections = sections;
    this.#groups = groups;
    this.#quota = quota;
    this.#faults = faults;
    this.#lineages = new Lineages(sections.templates, sections.agents, faults);
    const extended = membersOf(sections.defaults).get('extends');
    if (extended !== undefined) {
      faults.error(extended, { message: '`defaults` extends nothing; every agent extends it', on: 'key' });
    }
  }

  /** `undefined`: there is no room for it, which is reported. */
  writtenOut(id: string, agent: Written): Written | undefined {
    if (agent.kind !== 'mapping') return agent;
    const lineage = this.#lineages.of(id);
    for (const [name] of lineage) this.#extended.add(name);
    const { defaults } = this.#sections;
    const partials = [...(defaults === undefined ? [] : [defaults]), ...lineage.map(([, partial]) => partial)];
    const lists = partials.flatMap((partial) => [...membersOf(partial).values()]).map((list) => itemsOf(list).length);
    if (!this.#quota.take(sum(lists), agent)) return undefined;
    const merged = this.#merge(partials);
    merged.delete('extends');
    const allow = merged.get('allow');
    const entries = itemsOf(allow).flatMap((entry) => this.#groups.allowances(entry));
    if (allow?.kind === 'list') merged.set('allow', listOf(entries, allow.origin));
    const reach: Reach = { routes: this.#sections.routes, allowed: this.#allowed(entries) };
    for (const [kind, rules] of merged) {
      if (kind === 'allow' || rules.kind !== 'list') continue;
      const own = new Set(itemsOf(agent.members.get(kind)));
      const left = rules.items.flatMap((rule) => this.#rule(id, kind, rule, own.has(rule), reach));
      // A list of which nothing is left was never meant for this agent; one that its author left empty stays.
      if (left.length > 0 || rules.items.length === 0) merged.set(kind, listOf(left, rules.origin));
      else merged.delete(kind);
    }
    return mappingOf(merged, agent.origin);
  }

  /** To be asked once every agent is written out. */
  reportUnused(): void {
    const { agents, templates, defaults } = this.#sections;
    for (const [name, template] of templates) {
      if (agents.has(name)) continue; // which of the two was meant is the first question
      if (this.#extended.has(name)) this.#reportIdle(template, ' that extends it');
      else this.#faults.error(template, { message: `no agent extends the template \`${name}\`; remove it`, on: 'key' });
    }
    if (defaults !== undefined) this.#reportIdle(defaults, '');
  }

  #merge(partials: readonly Written[]): Map<string, Written> {
    const merged = new Map<string, Written>();
    for (const [key, member] of partials.flatMap((partial) => [...membersOf(partial)])) {
      const before = merged.get(key);
      if (before !== undefined && key !== 'extends' && (before.kind === 'list') !== (member.kind === 'list')) {
        const message = `\`${key}\` is inherited from ${this.#faults.placeOf(before)}, where it has another form`;
        this.#faults.error(member, { message, accepted: 'both as lists, or both as one value', on: 'key' });
      }
      const both = before?.kind === 'list' && member.kind === 'list';
      merged.set(key, both ? listOf([...before.items, ...member.items], member.origin) : member);
    }
    return merged;
  }

  #rule(id: string, kind: string, rule: Written, isOwn: boolean, reach: Reach): readonly Written[] {
    const rules = ungrouped(kind, rule, reach, this.#groups);
    const left = isOwn ? rules : rules.flatMap((one) => concerning(kind, one, reach) ?? []);
    if (isOwn && left.length === 0) this.#reportForeign(id, rule);
    if (left.length > 0) this.#concerning.add(rule);
    return left;
  }

  #reportForeign(id: string, rule: Written): void {
    const group = membersOf(rule).get('group');
    const name = stringOf(group);
    if (group === undefined || name === undefined || this.#groups.sizeOf(name) === 0) return;
    this.#faults.error(group, `\`${id}\` may call no route of the group \`${name}\`, so the rule concerns nothing`);
  }

  #reportIdle(partial: Written, who: string): void {
    for (const [kind, rules] of membersOf(partial)) {
      if (kind === 'allow' || kind === 'extends') continue;
      for (const rule of itemsOf(rules)) {
        if (this.#concerning.has(rule)) continue;
        this.#faults.error(rule, `this rule concerns nothing that any agent${who} may call`);
      }
    }
  }

  /** A misspelt route stands for the one it most likely means, so that one typing error is one problem. */
  #allowed(entries: readonly Written[]): ReadonlySet<string> {
    const { routes } = this.#sections;
    const names = entries.flatMap((entry) => stringOf(entry) ?? stringOf(membersOf(entry).get('route')) ?? []);
    return new Set(names.flatMap((name) => (routes.has(name) ? name : (nearest(name, routes.keys()) ?? []))));
  }
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

/** The agents of a policy, written out, in their order; `undefined` where they would come to too much. */
export function writtenOut(
  sections: Sections,
  groups: Groups,
  quota: Quota,
  faults: Faults,
): ReadonlyMap<string, Written> | undefined {
  const agents = new Agents(sections, groups, quota, faults);
  const out = new Map<string, Written>();
  for (const [id, agent] of sections.agents) {
    const whole = agents.writtenOut(id, agent);
    if (whole === undefined) return undefined;
    out.set(id, whole);
  }
  agents.reportUnused();
  return out;
}
