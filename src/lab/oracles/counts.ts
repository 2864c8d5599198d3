import type { CallId } from '../../engine/ids.ts';
import type { NeverRule } from '../../policy/never.ts';
import { bearingOf, ownerOf } from './concern.ts';
import { effectsText, requestsText } from './harm-text.ts';
import type { Deed, Oracle } from './oracle.ts';
import { DeedWindow, sinceOf } from './window.ts';

type CountRule = Extract<NeverRule, { kind: 'effects' | 'reads' | 'requests' }>;

/**
 * Never more than so many effects, or requests, in a window. Of a route's effects each subject that one call changed counts
 * once: a return that is approved and paid out is one deed, though the ledger has two entries of it.
 */
export function countWatch(rule: CountRule): Oracle['watch'] {
  const [bearing, since] = [bearingOf(rule), sinceOf(rule.within)];
  const text = rule.kind === 'requests' ? requestsText : effectsText;
  const byCall = rule.kind === 'effects' && rule.deeds.by === 'routes';
  return (onCame) => {
    const windows = new Map<string, DeedWindow>();
    const repeats = new Repeats();
    return {
      see(deed) {
        const its = bearing(deed);
        if (its === 'none' || (byCall && repeats.has(deed))) return undefined;
        const owner = ownerOf(rule.each, deed);
        let window = windows.get(owner);
        if (window === undefined) windows.set(owner, (window = new DeedWindow(since)));
        window.add(deed);
        if (its !== 'fault') return undefined;
        onCame?.(window.size);
        if (window.size <= rule.over) return undefined;
        const deeds = window.deeds();
        return { oracle: rule.rule, text: text(rule, deeds), deeds };
      },
    };
  };
}

/** Whether one call did something to one subject before. What a call does comes in one go. */
class Repeats {
  #call: CallId | undefined;
  readonly #subjects = new Set<string>();

  has({ by, entry }: Deed): boolean {
    if (by?.id !== this.#call) {
      this.#call = by?.id;
      this.#subjects.clear();
    }
    if (this.#subjects.has(entry.subject)) return true;
    this.#subjects.add(entry.subject);
    return false;
  }
}
