import { nearest } from '../problem.ts';
import type { Faults } from './faults.ts';
import type { Quota } from './quota.ts';
import { itemsOf, membersOf, stringOf, textOf, withMembers, type Written } from './written.ts';

/** The keys of a rule that say which routes it concerns. */
export const SELECTORS = ['route', 'routes', 'effect'];

/** Names for several routes. A group names routes only, no other group: what it stands for is read in one place. */
export class Groups {
  readonly #routes: ReadonlyMap<string, Written>;
  readonly #section: ReadonlyMap<string, Written>;
  readonly #members: ReadonlyMap<string, readonly string[]>;
  readonly #quota: Quota;
  readonly #faults: Faults;
  readonly #used = new Set<string>();

  constructor(section: Written | undefined, routes: ReadonlyMap<string, Written>, quota: Quota, faults: Faults) {
    this.#quota = quota;
    this.#routes = routes;
    this.#section = membersOf(section);
    this.#faults = faults;
    if (section !== undefined && section.kind !== 'mapping') {
      faults.error(section, { message: '`groups` are lists of routes, by name', accepted: '{ NAME: [ROUTE, ROUTE] }' });
    }
    this.#members = new Map([...this.#section].map(([name, group]) => [name, this.#read(name, group)]));
  }

  /** The routes of the group that a reference names; `undefined` where there is none, which is reported. */
  routesOf(reference: Written): readonly string[] | undefined {
    const name = stringOf(reference);
    const known = name === undefined ? undefined : this.#members.get(name);
    if (name !== undefined && known !== undefined) {
      this.#used.add(name);
      return this.#quota.take(known.length, reference) ? known : undefined;
    }
    const suggestion = nearest(name ?? '', this.#members.keys());
    this.#faults.error(reference, { message: `unknown group \`${name ?? ''}\``, suggestion });
    if (suggestion === undefined) return undefined;
    this.#used.add(suggestion);
    return this.#members.get(suggestion);
  }

  /** `{ group: refunds, when: … }` in a list of what an agent may call → one entry for each of its routes. */
  allowances(entry: Written): readonly Written[] {
    if (this.#isMisplaced(entry)) {
      const name = stringOf(entry) as string;
      this.#faults.error(entry, { message: `\`${name}\` is a group, not a route`, accepted: `{ group: ${name} }` });
      return (this.routesOf(entry) ?? []).map((route) => textOf(route, entry.origin));
    }
    const group = membersOf(entry).get('group');
    if (entry.kind !== 'mapping' || group === undefined) return [entry];
    this.checkAlone(entry, group);
    const bare = entry.members.size === 1;
    return (this.routesOf(group) ?? []).map((name) => {
      const route = textOf(name, group.origin);
      return bare
        ? route
        : withMembers(entry, [
            ['group', undefined],
            ['route', route],
          ]);
    });
  }

  /** A rule that names a group names its routes in no other way. */
  checkAlone(rule: Written, group: Written): void {
    const other = SELECTORS.find((key) => membersOf(rule).has(key));
    if (other === undefined) return;
    this.#faults.error(group, { message: `\`group\` and \`${other}\` say which routes in two ways`, on: 'key' });
  }

  /** How many routes a group names; 0 where there is no such group. */
  sizeOf(name: string): number {
    return this.#members.get(name)?.length ?? 0;
  }

  reportUnused(): void {
    for (const [name, group] of this.#section) {
      if (this.#used.has(name)) continue;
      this.#faults.error(group, { message: `nothing names the group \`${name}\`; remove it`, on: 'key' });
    }
  }

  #isMisplaced(entry: Written): boolean {
    const name = stringOf(entry);
    return name !== undefined && !this.#routes.has(name) && this.#members.has(name);
  }

  #read(name: string, group: Written): readonly string[] {
    const items = itemsOf(group);
    if (items.length === 0) {
      this.#faults.error(group, { message: `the group \`${name}\` is empty`, accepted: 'a list of routes' });
    }
    const found = new Set<string>();
    for (const item of items) {
      const route = stringOf(item);
      if (route === undefined)
        this.#faults.error(item, { message: 'this is no route', accepted: 'the name of a route' });
      else if (found.has(route)) this.#faults.error(item, `\`${route}\` is named twice`);
      else if (this.#routes.has(route)) found.add(route);
      else this.#reportUnknown(item, route);
    }
    return [...found];
  }

  #reportUnknown(item: Written, route: string): void {
    if (this.#section.has(route)) {
      return this.#faults.error(item, `\`${route}\` is a group, and a group names routes only`);
    }
    const suggestion = nearest(route, this.#routes.keys());
    this.#faults.error(item, { message: `unknown route \`${route}\``, suggestion });
  }
}
