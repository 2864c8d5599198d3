import type { NeverFile, NeverWhat } from '../schema/never.ts';

/** Names that stand for more than one route, by what is counted: `out` for all money that leaves. */
export const WORDS = {
  effect: ['write', 'money', 'destructive'],
  money: ['out'],
  read: ['all'],
  requests: ['all', 'read', 'write', 'money', 'destructive'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type CountedKey = keyof typeof WORDS;

/** What a never rule counts: the one key that its form demands, and what stands there. */
export function counted(rule: NeverFile): { readonly key: CountedKey; readonly what: NeverWhat } {
  if ('effect' in rule) return { key: 'effect', what: rule.effect };
  if ('money' in rule) return { key: 'money', what: rule.money };
  return 'read' in rule ? { key: 'read', what: rule.read } : { key: 'requests', what: rule.requests };
}

/** The names in it: of routes, and {@link WORDS}. */
export function namesIn(what: NeverWhat): readonly string[] {
  if (typeof what === 'string') return [what];
  return 'ledger' in what ? [] : what;
}

export function isWord(key: CountedKey, name: string): boolean {
  return (WORDS[key] as readonly string[]).includes(name);
}
