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
  const bytes = UTF8.encode(text);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const whole = bytes.length & ~3;
  let hash = seed | 0;
  for (let offset = 0; offset < whole; offset += 4) {
    hash ^= scrambled(view.getUint32(offset, true));
    hash = Math.imul(rotated(hash, 13), 5) + 0xe6546b64;
  }
  let tail = 0;
  for (let offset = bytes.length - 1; offset >= whole; offset -= 1) tail = (tail << 8) | (bytes[offset] as number);
  hash ^= scrambled(tail);
  return finished(hash ^ bytes.length);
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
