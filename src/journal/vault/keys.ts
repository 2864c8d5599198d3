import path from 'node:path';
import type { Disk } from '../disk.ts';
import type { PersonKey } from './box.ts';
import { keyFile } from './layout.ts';

/** Keys held in memory; the others are read again when they are needed. */
export const KEYS_HELD_MAX = 4_096;
export const KEY_BYTES = 32;
const ID_BYTES = 16;

/** The persons' keys: a file for each, so that one can go and leave the others as they are. */
export class PersonKeys {
  readonly #dir: string;
  readonly #disk: Disk;
  readonly #random: (bytes: number) => Buffer;
  /** The one used least lately first. */
  readonly #held = new Map<string, PersonKey>();

  constructor(dir: string, disk: Disk, random: (bytes: number) => Buffer) {
    this.#dir = dir;
    this.#disk = disk;
    this.#random = random;
  }

  /** A person's key: the one there is, else a new one. */
  async of(person: string): Promise<PersonKey> {
    const key = this.known(person) ?? (await this.#make(person));
    this.#held.delete(person);
    this.#held.set(person, key);
    const [oldest] = this.#held.keys();
    if (this.#held.size > KEYS_HELD_MAX && oldest !== undefined) this.#held.delete(oldest);
    return key;
  }

  known(person: string): PersonKey | undefined {
    return this.#held.get(person) ?? readKey(this.#dir, person, this.#disk);
  }

  /** Removes a person's key for good, from memory and disk. Nothing can be opened by it once this has returned. */
  destroy(person: string): void {
    this.#held.get(person)?.secret.fill(0);
    this.#held.delete(person);
    const file = path.join(this.#dir, keyFile(person));
    if (!this.#disk.exists(file)) return;
    this.#disk.remove(file);
    this.#disk.syncDirectory(path.dirname(file));
  }

  /** A crash may take a new key, and with it what it would have opened; an old one is never written over. */
  async #make(person: string): Promise<PersonKey> {
    const key = { id: `key_${this.#random(ID_BYTES).toString('hex')}`, secret: this.#random(KEY_BYTES) };
    const file = path.join(this.#dir, keyFile(person));
    this.#disk.makeDirectory(path.dirname(file));
    await this.#disk.writeLater(file, `${JSON.stringify({ key: key.id, secret: key.secret.toString('base64') })}\n`);
    return key;
  }
}

/** `undefined` where there is none, or none that is whole: a crash left it half written, and nothing was put under it. */
export function readKey(dir: string, person: string, disk: Disk): PersonKey | undefined {
  const file = path.join(dir, keyFile(person));
  const match = disk.exists(file) ? KEY.exec(disk.text(file)) : null;
  return match === null ? undefined : { id: match[1] as string, secret: Buffer.from(match[2] as string, 'base64') };
}

const KEY = /^\{"key":"(key_[0-9a-f]{32})","secret":"([A-Za-z0-9+/]{43}=)"\}\n$/;
