import { disk as realDisk, type Disk } from '../disk.ts';
import { unboxed, type PersonKey } from './box.ts';
import { readKey } from './keys.ts';
import { SEALED, type Form, type Sealed } from './seal.ts';
import { valueLines } from './values.ts';

/** What became of a sealed value. */
type Revealed =
  | { readonly kind: 'clear'; readonly value: string; readonly form: Form }
  /** Its person was erased. */
  | { readonly kind: 'erased' }
  /** It was never written (a crash, a full disk), or its key is gone without an erasure. */
  | { readonly kind: 'lost' };

/**
 * Reads sealed values back from a data directory, also while a door writes there. A value that opens is the one that the
 * journal's commitment binds to.
 */
function reveal(dir: string, tokens: ReadonlySet<Sealed>, disk: Disk = realDisk): ReadonlyMap<Sealed, Revealed> {
  const found = new Map<Sealed, Revealed>();
  const keys = new Map<string, PersonKey | undefined>();
  for (const line of valueLines(dir, disk)) {
    const { sealed } = line;
    if (!tokens.has(sealed) || found.get(sealed)?.kind === 'clear') continue;
    if ('erased' in line) {
      found.set(sealed, { kind: 'erased' });
      continue;
    }
    if (!keys.has(line.person)) keys.set(line.person, readKey(dir, line.person, disk));
    const key = keys.get(line.person);
    const opened = key?.id === line.key ? unboxed(key, sealed, line.box) : undefined;
    if (opened !== undefined) found.set(sealed, { kind: 'clear', ...opened });
  }
  for (const token of tokens) if (!found.has(token)) found.set(token, { kind: 'lost' });
  return found;
}

/** A record as people read it: with the values that can still be opened, `[erased]` and `[lost]` for the others. */
export function revealed<Value extends object>(dir: string, record: Value): Value {
  const tokens = new Set((JSON.stringify(record).match(SEALED) ?? []) as Sealed[]);
  if (tokens.size === 0) return record;
  const values = reveal(dir, tokens);
  return withTexts(record, (text) => restored(text, values)) as Value;
}

/** Each of them in the clear; `undefined` where something of it can no longer be opened, as after an erasure. */
export function opened<Value extends object>(
  dir: string,
  values: readonly Value[],
  disk: Disk,
): readonly (Value | undefined)[] {
  const tokensOf = (value: Value): readonly Sealed[] => (JSON.stringify(value).match(SEALED) ?? []) as Sealed[];
  const found = values.map(tokensOf);
  const wanted = new Set(found.flat());
  if (wanted.size === 0) return values;
  const clear = reveal(dir, wanted, disk);
  return values.map((value, index) =>
    found[index]?.every((token) => clear.get(token)?.kind === 'clear') === true
      ? (withTexts(value, (text) => restored(text, clear)) as Value)
      : undefined,
  );
}

/** A text with its values in their places. */
function restored(text: string, values: ReadonlyMap<Sealed, Revealed>): string {
  return text.replaceAll(QUOTED, (whole, before: string, token: Sealed, after: string) => {
    const value = values.get(token);
    if (value === undefined) return whole;
    if (value.kind !== 'clear') return `${before}[${value.kind}]${after}`;
    return value.form === 'json' ? value.value : before + value.value + after;
  });
}

const QUOTED = new RegExp(`("?)(${SEALED.source})("?)`, 'g');

function withTexts(value: unknown, read: (text: string) => string): unknown {
  if (typeof value === 'string') return read(value);
  if (Array.isArray(value)) return value.map((member) => withTexts(member, read));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withTexts(member, read)]));
}
