import type { Disk } from '../disk.ts';
import { unboxed } from './box.ts';
import type { PersonKeys } from './keys.ts';
import { valueLines } from './values.ts';

/** What of a vault mentions somebody beside what is kept of that person. */
export interface Mentions {
  /** Kept as of nobody, and so to go as a whole: by what their keys are kept under. */
  readonly alone: ReadonlySet<string>;
  /** Kept of other people, who have a right to theirs. */
  readonly others: number;
}

/** Values decrypted before others get a turn: about two milliseconds. */
const TURN = 200;

/** Looks through every value that can be read for texts that tell of a person: an e-mail address, a name. */
export async function mentionsOf(
  texts: readonly string[],
  person: string,
  {
    dir,
    disk,
    keys,
    turn,
  }: { readonly dir: string; readonly disk: Disk; readonly keys: PersonKeys; readonly turn: () => Promise<void> },
): Promise<Mentions> {
  const wanted = texts.map(plain);
  const alone = new Set<string>();
  let others = 0;
  let seen = 0;
  for (const line of valueLines(dir, disk)) {
    seen += 1;
    if (seen % TURN === 0) await turn();
    if ('erased' in line || line.person === person || alone.has(line.person)) continue;
    const key = keys.known(line.person);
    const opened = key?.id === line.key ? unboxed(key, line.sealed, line.box) : undefined;
    if (opened === undefined || !readings(opened.value).some((text) => wanted.some((one) => text.includes(one))))
      continue;
    if (line.alone === true) alone.add(line.person);
    else others += 1;
  }
  return { alone, others };
}

/** A value as it stands, and as a form, a URL or a JSON text would mean it. */
function readings(value: string): readonly string[] {
  const unescaped = value.replaceAll(/\\u([0-9a-fA-F]{4})/g, (_, unit: string) =>
    String.fromCharCode(Number.parseInt(unit, 16)),
  );
  const decoded = value
    .replaceAll('+', ' ')
    .replaceAll(/(?:%[0-9A-Fa-f]{2})+/g, (bytes) => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString());
  return [value, unescaped, unescaped.replaceAll('\\', ''), decoded].map(plain);
}

function plain(text: string): string {
  return text.normalize('NFC').toLowerCase();
}
