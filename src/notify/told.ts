import { plain, shellWord } from './plain.ts';
import type { Fact, Page } from './page.ts';

/** Where the commands on a page are to be run. */
export interface Site {
  /** The data directory and the policy's file, absolute: whoever is woken starts in another one. */
  readonly data: string;
  readonly policy: string;
  readonly environment: string;
  /** Where people reach the control room, without a slash at the end; absent: nobody has said. */
  readonly room?: string;
}

/** What a page says, whatever it is of. */
export type Told = Pick<Page, 'severity' | 'title' | 'reason' | 'facts' | 'commands'>;

export const TITLE_LENGTH_MAX = 140;
const VALUE_LENGTH_MAX = 300;
export const NAME_LENGTH_MAX = 64;

export function factsOf(facts: Readonly<Record<string, string | undefined>>): readonly Fact[] {
  return Object.entries(facts).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, value: plain(value, VALUE_LENGTH_MAX) }],
  );
}

export function command(what: string, { data }: Site): string {
  return `npx interlock ${what} --data ${shellWord(data)}`;
}

/** A command that judges by the policy's file. */
export function policyCommand(what: string, site: Site): string {
  return command(`${what} --policy ${shellWord(site.policy)}`, site);
}

/** Where whoever is woken sees it, and answers; `undefined`: nobody has said where the control room is. */
export function seenAt({ room }: Site, view: 'agents' | 'holds', name: string): string | undefined {
  return room === undefined ? undefined : `${room}/${view}/${encodeURIComponent(name.toWellFormed())}`;
}

/** `human:ann` → `ann` */
export function person(by: string): string {
  return plain(by.replace(/^human:/, ''), NAME_LENGTH_MAX);
}
