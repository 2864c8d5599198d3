const C1 = 0xcc9e2d51;
const C2 = 0x1b873593;
const UTF8 = new TextEncoder();

/**
 * MurmurHash3 x86 32 (Austin Appleby, public domain) of a text's UTF-8 bytes: an unsigned 32-bit integer.
 *
 * For sharing things out evenly: the same text has the same hash on every machine and in every version. Not for secrets:
 * whoever chooses the text can choose its hash.
 */
export function stableHash(text: string, seed = 0): number {
  return isAscii(text)
    ? hashOf(text.length, (index) => text.charCodeAt(index), seed)
    : hashOfBytes(UTF8.encode(text), seed);
}

function hashOfBytes(bytes: Uint8Array, seed: number): number {
  return hashOf(bytes.length, (index) => bytes[index] as number, seed);
}

/** Most keys are ids: for them the text's own codes are its bytes, and nothing is encoded. */
function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) > 0x7f) return false;
  return true;
}

function hashOf(length: number, byteAt: (index: number) => number, seed: number): number {
  const whole = length & ~3;
  let hash = seed | 0;
  for (let at = 0; at < whole; at += 4) {
    const block = byteAt(at) | (byteAt(at + 1) << 8) | (byteAt(at + 2) << 16) | (byteAt(at + 3) << 24);
    hash ^= scrambled(block);
    hash = Math.imul(rotated(hash, 13), 5) + 0xe6546b64;
  }
  let tail = 0;
  for (let index = length - 1; index >= whole; index -= 1) tail = (tail << 8) | byteAt(index);
  hash ^= scrambled(tail);
  return finished(hash ^ length);
}

function scrambled(block: number): number {
  return Math.imul(rotated(Math.imul(block, C1), 15), C2);
}

function rotated(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

/** Lets every bit of the input reach every bit of the hash. */
function finished(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
