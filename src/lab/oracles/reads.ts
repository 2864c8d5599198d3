import type { NeverRule } from '../../policy/never.ts';
import { bearingOf, ownerOf } from './concern.ts';
import { readsText } from './harm-text.ts';
import type { Deed, Oracle } from './oracle.ts';
import { sinceOf, type Since } from './window.ts';

type CountRule = Extract<NeverRule, { kind: 'effects' | 'reads' | 'requests' }>;

/** Never more different subjects read than so many in a window. */
export function readsWatch(rule: CountRule): Oracle['watch'] {
  const [bearing, since] = [bearingOf(rule), sinceOf(rule.within)];
  return (onCame) => {
    const seen = new Map<string, SubjectsRead>();
    return {
      see(deed) {
        if (bearing(deed) !== 'fault') return undefined;
        const owner = ownerOf(rule.each, deed);
        let read = seen.get(owner);
        if (read === undefined) seen.set(owner, (read = new SubjectsRead(since)));
        read.add(deed);
        onCame?.(read.size);
        if (read.size <= rule.over) return undefined;
        const deeds = read.deeds();
        return { oracle: rule.rule, text: readsText(rule, deeds), deeds };
      },
    };
  };
}

/** The subjects read in the window that ends now, each with its last read, the longest ago first. */
class SubjectsRead {
  readonly #since: Since;
  /** In the order of insertion, which is that of the last reads. */
  readonly #last = new Map<string, Deed>();

  constructor(since: Since) {
    this.#since = since;
  }

  /** Amortised O(1): each read is dropped once. */
  add(deed: Deed): void {
    const since = this.#since(deed.at);
    for (const [subject, { at }] of this.#last) {
      if (at > since) break;
      this.#last.delete(subject);
    }
    const subject = ownerOf('subject', deed);
    this.#last.delete(subject);
    this.#last.set(subject, deed);
  }

  get size(): number {
    return this.#last.size;
  }

  deeds(): readonly Deed[] {
    return [...this.#last.values()];
  }
}
