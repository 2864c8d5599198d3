import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { Timers } from '../../std/timers.ts';
import { disk as realDisk, type Disk } from '../disk.ts';
import { JournalDamaged } from '../errors.ts';
import { withoutSecrets } from '../secrets.ts';
import { boxed, type BoxLine } from './box.ts';
import { KEY_BYTES, PersonKeys } from './keys.ts';
import { ERASING, FINGERPRINTS_KEY, PSEUDONYMS_KEY, VAULT_DIRECTORY } from './layout.ts';
import { mentionsOf, type Mentions } from './mention.ts';
import {
  commitmentTo,
  fingerprintOf,
  personId,
  pseudonymOf,
  SALT_BYTES,
  type Form,
  type Opening,
  type Sealed,
} from './seal.ts';
import { eventLoop } from '../timers.ts';
import { ValueFiles } from './values.ts';

/** What may wait to be written, in UTF-16 units. Beyond it values are lost, which is counted and told, and no call waits. */
export const PENDING_MAX = 16 * 1024 * 1024;
/** How long values gather before they are encrypted and written, off the way of any call. */
export const GATHER_MS = 20;
const CHECK_DIGITS = 16;
/** Values encrypted in one go: about two milliseconds. */
export const BATCH_MAX = 200;
/** Pseudonyms known to have been written, so that one value is not written with each call. */
export const WRITTEN_KEPT = 10_000;

/** What a vault takes from its machine; this one's own where absent. */
export interface VaultMachine {
  readonly disk?: Disk;
  readonly timers?: Timers;
  readonly random?: (bytes: number) => Buffer;
  /** Whether the disk has room for more than the journal's own last records. Default: it has. */
  readonly hasRoom?: () => boolean;
}

interface Waiting {
  /** Under what the person's key is kept. */
  readonly person: string;
  readonly alone: boolean;
  readonly sealed: Sealed;
  readonly form: Form;
  readonly opening: Opening;
}

/** What an erasure destroyed. */
export interface Erased {
  /** The person's pseudonym, as the journal's record of the erasure has it. */
  readonly person: string;
  /** The keys that are no more: none where nothing was kept. */
  readonly keys: readonly string[];
  readonly values: number;
  /** Values of other people that mention the person, and were left to them. */
  readonly others: number;
}

/** Under such names is kept what the policy says of nobody: it is one call's, or one note's. */
const ALONE = /^(?:call|note)_[0-9a-z]{1,64}$/;

/**
 * Where personal data is kept, beside a journal that holds only commitments to it: encrypted, each person's under a key of
 * their own, so that destroying a key erases a person and changes no byte of the journal.
 *
 * What it hands out at once (tokens, fingerprints) needs no disk; values are written a moment later. One that a crash or
 * a full disk takes is unreadable from then on and nothing worse: no decision rests on it.
 *
 * Only whoever holds the journal's lock may open one.
 */
export class Vault {
  readonly #dir: string;
  readonly #machine: Required<VaultMachine>;
  readonly #pseudonyms: Buffer;
  #fingerprints: Buffer;
  readonly #keys: PersonKeys;
  readonly #values: ValueFiles;
  readonly #onFault: (error: unknown) => void;
  #waiting: Waiting[] = [];
  #waitingSize = 0;
  readonly #written = new Set<string>();
  #callOff: (() => void) | undefined;
  /** One thing at a time: an erasure never crosses a write. */
  #work: Promise<unknown>;
  #lost = 0;

  /** @throws JournalDamaged where a vault has lost its keys: nothing would be recognised by new ones */
  constructor(dir: string, onFault: (error: unknown) => void, machine: VaultMachine = {}) {
    const { disk = realDisk, timers = eventLoop, random = randomBytes, hasRoom = () => true } = machine;
    this.#dir = dir;
    this.#machine = { disk, timers, random, hasRoom };
    makeVault(dir, this.#machine);
    this.#pseudonyms = readWholeKey(path.join(dir, PSEUDONYMS_KEY), disk);
    this.#fingerprints = readWholeKey(path.join(dir, FINGERPRINTS_KEY), disk);
    this.#keys = new PersonKeys(dir, disk, random);
    this.#values = new ValueFiles(dir, disk);
    this.#onFault = onFault;
    this.#work = this.#finish().catch(onFault);
  }

  /** Values that could not be kept: whoever asks for one is told that it is lost. */
  get lost(): number {
    return this.#lost;
  }

  /** What tells this vault's key from another's, and nothing else of it. */
  get check(): string {
    return fingerprintOf(this.#pseudonyms, 'check', '').slice(0, CHECK_DIGITS);
  }

  /** Seals a person's value: what stands for it in the journal. */
  seal(person: string, value: string, form: Form = 'plain'): Sealed {
    const opening = this.#opening(withoutSecrets(value));
    const sealed = commitmentTo(opening);
    this.#keep({ person: this.#person(person), alone: ALONE.test(person), sealed, form, opening });
    return sealed;
  }

  /** What a rule recognises a person's value by; `canonical` is the form in which it compares. */
  pseudonym(person: string, value: string, canonical: string): Sealed {
    const sealed = this.pseudonymOf(canonical);
    const id = this.#person(person);
    const known = `${id} ${sealed}`;
    if (this.#written.has(known)) return sealed;
    if (this.#written.size >= WRITTEN_KEPT) this.#written.clear();
    this.#written.add(known);
    const opening = this.#opening(value);
    this.#keep({ person: id, alone: ALONE.test(person), sealed, form: 'plain', opening });
    return sealed;
  }

  /** Seals a text of which nobody can say whose it is. */
  sealAlone(text: string): Sealed {
    return this.seal(`note_${this.#machine.random(SALT_BYTES).toString('hex')}`, text);
  }

  /** A pseudonym without keeping what it stands for. */
  pseudonymOf(canonical: string): Sealed {
    return pseudonymOf(this.#pseudonyms, canonical);
  }

  /**
   * What "the same call" means where a call holds personal data: nobody without the key can test a guess at it, and after
   * the next erasure nobody at all.
   */
  fingerprint(use: string, text: string | Buffer): string {
    return fingerprintOf(this.#fingerprints, use, text);
  }

  /** Resolves once everything sealed so far is written. */
  written(): Promise<void> {
    return this.#writeNext().then(() => undefined);
  }

  /**
   * Makes everything sealed of a person unreadable, for good. What comes of the same person later begins anew.
   * The key goes first; what follows only clears up, and is finished at the next start where it could not be.
   *
   * @param mentions texts that tell of the person: what is kept as of nobody and says one of them goes too
   */
  erase(person: string, mentions: readonly string[] = []): Promise<Erased> {
    const id = this.#person(person);
    const done = this.#work.then(() => this.#erase(id, mentions));
    this.#work = done.catch(() => undefined);
    return done;
  }

  async close(): Promise<void> {
    await this.written();
    await this.#values.close();
  }

  #opening(value: string): Opening {
    return { salt: this.#machine.random(SALT_BYTES), value };
  }

  #person(person: string): string {
    return personId(this.#pseudonyms, person);
  }

  #keep(waiting: Waiting): void {
    const size = waiting.opening.value.length;
    if (this.#waitingSize + size > PENDING_MAX) return this.#lose(1, new Error(FULL));
    this.#waiting.push(waiting);
    this.#waitingSize += size;
    this.#gather();
  }

  #gather(): void {
    this.#callOff ??= this.#machine.timers.after(GATHER_MS, () => void this.#writeNext());
  }

  #writeNext(): Promise<unknown> {
    this.#callOff?.();
    this.#callOff = undefined;
    return (this.#work = this.#work.then(() => this.#write()));
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, BATCH_MAX);
      for (const { opening } of batch) this.#waitingSize -= opening.value.length;
      try {
        if (!this.#machine.hasRoom()) throw new Error(FULL);
        await this.#values.append(await this.#boxed(batch));
      } catch (error) {
        this.#lose(batch.length, error);
      }
    }
  }

  async #boxed(batch: readonly Waiting[]): Promise<readonly BoxLine[]> {
    const lines: BoxLine[] = [];
    for (const { person, alone, sealed, form, opening } of batch) {
      const key = await this.#keys.of(person);
      const box = boxed(key, sealed, form, opening);
      lines.push({ sealed, person, key: key.id, box, ...(alone && { alone }) });
    }
    return lines;
  }

  #lose(count: number, error: unknown): void {
    // A disk that is full says so once, not with every value.
    if (this.#lost === 0) this.#onFault(error);
    this.#lost += count;
    this.#written.clear();
  }

  async #erase(person: string, texts: readonly string[]): Promise<Erased> {
    const waiting = this.#waiting.filter((one) => one.person === person).length;
    this.#waiting = this.#waiting.filter((one) => one.person !== person);
    this.#waitingSize = this.#waiting.reduce((size, { opening }) => size + opening.value.length, 0);
    this.#written.clear();
    await this.#write();
    const { alone, others } = await this.#mentions(texts, person);
    const doomed = [person, ...alone].flatMap((one) => {
      const key = this.#keys.known(one);
      return key === undefined ? [] : [{ person: one, key: key.id }];
    });
    if (doomed.length > 0) {
      this.#machine.disk.write(this.#note, JSON.stringify(doomed));
      this.#machine.disk.syncDirectory(path.dirname(this.#note));
    }
    const values = await this.#destroy(doomed);
    return { person, keys: doomed.map(({ key }) => key), values: values + waiting, others };
  }

  async #mentions(texts: readonly string[], person: string): Promise<Mentions> {
    if (texts.length === 0) return { alone: new Set(), others: 0 };
    const { disk, timers } = this.#machine;
    const turn = (): Promise<void> => new Promise((resolve) => timers.soon(resolve));
    return mentionsOf(texts, person, { dir: this.#dir, disk, keys: this.#keys, turn });
  }

  /** INVARIANT: a key that this was begun for is gone, whatever comes between. */
  async #destroy(doomed: readonly Doomed[]): Promise<number> {
    for (const { person, key } of doomed) if (this.#keys.known(person)?.id === key) this.#keys.destroy(person);
    await this.#renewFingerprints();
    const values = doomed.length === 0 ? 0 : await this.#values.drop(new Set(doomed.map(({ key }) => key)));
    this.#machine.disk.remove(this.#note);
    return values;
  }

  /** From here on no fingerprint of an earlier call can be made again, so none can be guessed at. */
  async #renewFingerprints(): Promise<void> {
    const { disk, random } = this.#machine;
    const fingerprints = random(KEY_BYTES);
    const file = path.join(this.#dir, FINGERPRINTS_KEY);
    await disk.writeLater(`${file}.tmp`, keyText(fingerprints));
    disk.rename(`${file}.tmp`, file);
    disk.syncDirectory(path.dirname(file));
    this.#fingerprints.fill(0);
    this.#fingerprints = fingerprints;
  }

  /** An erasure that a crash ended is finished. */
  async #finish(): Promise<void> {
    const { disk } = this.#machine;
    if (!disk.exists(this.#note)) return;
    const doomed = doomedOf(disk.text(this.#note));
    if (doomed !== undefined) await this.#destroy(doomed);
    disk.remove(this.#note);
  }

  get #note(): string {
    return path.join(this.#dir, ERASING);
  }
}

interface Doomed {
  readonly person: string;
  readonly key: string;
}

/** `undefined` where the note is not whole: then it was written before anything was destroyed. */
function doomedOf(note: string): readonly Doomed[] | undefined {
  try {
    return JSON.parse(note) as readonly Doomed[];
  } catch {
    return undefined;
  }
}

/**
 * The vault of a data directory; `null` where there is none and nobody wants one. Whoever asks holds the journal's lock.
 *
 * @param wanted whether there must be one, and what the journal says of its key (see {@link Vault.check})
 * @throws JournalDamaged where a vault is wanted and is not the one that the journal knows
 */
export function vaultIn(
  dir: string,
  { isWanted, anchor }: { readonly isWanted: boolean; readonly anchor: string | undefined },
  onFault: (error: unknown) => void,
  machine: VaultMachine = {},
): Vault | null {
  const { disk = realDisk } = machine;
  const isThere = disk.names(path.join(dir, VAULT_DIRECTORY)).length > 0;
  if (!isWanted && !isThere) return null;
  const file = path.join(dir, PSEUDONYMS_KEY);
  if (anchor !== undefined && !disk.exists(file)) throw new JournalDamaged(file, 0, `${LOST}; restore it from a copy`);
  const vault = new Vault(dir, onFault, machine);
  if (anchor === undefined || anchor === vault.check) return vault;
  throw new JournalDamaged(file, 0, 'it is not the key that this journal knows; restore that one from a copy');
}

const LOST = 'it is gone, and with it what `once` and other rules recognise personal data by';
const FULL =
  'Failed to keep personal data for later reading: the disk is behind. The journal has its commitment alone.';

/**
 * The key of pseudonyms is written last. INVARIANT: there are no values without it, so that one which is missing was lost,
 * and is not made anew in silence: `once` would forget whom it has seen.
 */
function makeVault(dir: string, { disk, random }: Required<VaultMachine>): void {
  const vault = path.join(dir, VAULT_DIRECTORY);
  const pseudonyms = path.join(dir, PSEUDONYMS_KEY);
  const names = disk.names(vault);
  if (disk.exists(pseudonyms) || names.includes('keys') || names.includes('values')) return;
  disk.makeDirectory(vault);
  disk.syncDirectory(dir);
  disk.write(path.join(dir, FINGERPRINTS_KEY), keyText(random(KEY_BYTES)));
  disk.syncDirectory(vault);
  disk.write(`${pseudonyms}.tmp`, keyText(random(KEY_BYTES)));
  disk.rename(`${pseudonyms}.tmp`, pseudonyms);
  disk.syncDirectory(vault);
}

function keyText(key: Buffer): string {
  return `${key.toString('base64')}\n`;
}

function readWholeKey(file: string, disk: Disk): Buffer {
  const key = Buffer.from(disk.exists(file) ? disk.text(file).trim() : '', 'base64');
  if (key.length === KEY_BYTES) return key;
  throw new JournalDamaged(file, 0, 'it is no key any more; restore it from a copy');
}
