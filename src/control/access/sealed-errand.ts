import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Clock } from '../../std/clock.ts';
import type { Errand } from './oidc.ts';

/** Long enough to find a second factor. */
export const ERRAND_MS = 600_000;

const ALGORITHM = 'aes-256-gcm';
const IV_SIZE = 12;
const TAG_SIZE = 16;

/**
 * What somebody who is at the identity provider must come back with, kept in their own browser and readable by this process
 * alone. Nothing is kept here: whoever starts a thousand times fills nothing and pushes nobody out.
 */
export class ErrandSeal {
  readonly #key = randomBytes(32);
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  seal(errand: Errand): string {
    const iv = randomBytes(IV_SIZE);
    const cipher = createCipheriv(ALGORITHM, this.#key, iv);
    const text = JSON.stringify({ ...errand, until: this.#clock.now() + ERRAND_MS });
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
  }

  /** `undefined` where it is too old, or not of this process. */
  open(sealed: string): Errand | undefined {
    const bytes = Buffer.from(sealed, 'base64url');
    if (bytes.length <= IV_SIZE + TAG_SIZE) return undefined;
    try {
      const decipher = createDecipheriv(ALGORITHM, this.#key, bytes.subarray(0, IV_SIZE), {
        authTagLength: TAG_SIZE,
      });
      decipher.setAuthTag(bytes.subarray(IV_SIZE, IV_SIZE + TAG_SIZE));
      const text = Buffer.concat([decipher.update(bytes.subarray(IV_SIZE + TAG_SIZE)), decipher.final()]);
      const { until, ...errand } = JSON.parse(text.toString()) as Errand & { readonly until: number };
      return this.#clock.now() < until ? errand : undefined;
    } catch {
      return undefined;
    }
  }
}
