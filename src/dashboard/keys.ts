import { go } from './address.ts';

/** What one key, or two after each other, does. */
export interface KeyDeed {
  /** `k`, `?`, `g h` */
  readonly keys: string;
  readonly does: string;
  readonly run: () => void;
}

/** What each key does; of several, the one that was made known last, and those before it again once that is gone. */
const DEEDS = new Map<string, readonly KeyDeed[]>();
/** The second of two keys comes within this. */
const CHORD_MS = 1_200;

/** Makes a key known for as long as a view is shown; gives back what takes it away. */
export function onKeys(deeds: readonly KeyDeed[]): () => void {
  for (const deed of deeds) DEEDS.set(deed.keys, [...(DEEDS.get(deed.keys) ?? []), deed]);
  return () => {
    for (const deed of deeds) {
      const rest = (DEEDS.get(deed.keys) ?? []).filter((each) => each !== deed);
      if (rest.length === 0) DEEDS.delete(deed.keys);
      else DEEDS.set(deed.keys, rest);
    }
  };
}

export const knownKeys = (): readonly KeyDeed[] => [...DEEDS.values()].flatMap((deeds) => deeds.at(-1) ?? []);

const PLACES: readonly [key: string, name: string, href: string][] = [
  ['h', 'overview', '/'],
  ['c', 'calls', '/calls'],
  ['w', 'what waits', '/holds'],
  ['r', 'review', '/review'],
  ['y', 'why something happened', '/why'],
  ['e', 'evidence', '/evidence'],
  ['p', 'policy', '/policy'],
  ['u', 'people', '/people'],
];

/** Keys are words only where nobody types. With a dialog open they are the dialog's. */
export function listenToKeys(): void {
  onKeys(PLACES.map(([key, name, href]) => ({ keys: `g ${key}`, does: `Go to ${name}`, run: () => go(href) })));
  let first = { key: '', at: 0 };
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (typing(event.target) || document.querySelector('dialog[open]') !== null) return;
    const chord = event.timeStamp - first.at < CHORD_MS ? `${first.key} ${event.key}` : '';
    const deed = (DEEDS.get(chord) ?? DEEDS.get(event.key === ' ' ? 'space' : event.key))?.at(-1);
    first = { key: event.key, at: event.timeStamp };
    if (deed === undefined || (event.key === ' ' && pressable(event.target))) return;
    first = { key: '', at: 0 };
    event.preventDefault();
    deed.run();
  });
}

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    (target.matches('input, textarea, select') && !target.matches('[type=radio], [type=checkbox]')));

const pressable = (target: EventTarget | null): boolean =>
  target instanceof Element && target.matches('button, a, summary, input, select');
