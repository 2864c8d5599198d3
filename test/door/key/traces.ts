import {
  brotliDecompressSync,
  constants,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  zstdDecompressSync,
} from 'node:zlib';

/** Fewer characters of a key than this say nothing. */
const WINDOW = 10;
/** Larger than any record: the reserve for a full disk, which is filled with nothing. */
const LOOKED_INTO_MAX = 262_144;

/**
 * What of these secrets, ten characters of one in a row at least, stands in a text, in any of the encodings that a reader might undo.
 * Written apart from the product's own forms, and slower.
 */
export function tracesOf(secrets: readonly string[], bytes: Buffer): string[] {
  // The rest of a segment that is written ahead is empty.
  const end = bytes.indexOf('\0\0\0\0');
  const written = end === -1 ? bytes : bytes.subarray(0, end);
  const texts = [written, ...expanded(written)].flatMap((each) => {
    const text = each.toString('latin1').toLowerCase();
    return text.length > LOOKED_INTO_MAX ? [text] : [text, unescape(text), withoutEscapes(text)];
  });
  const needles = secrets.flatMap((secret) => [secret, Buffer.from(secret).toString('hex'), ...base64s(secret)]);
  return needles.flatMap(windows).filter((needle) => texts.some((text) => text.includes(needle.toLowerCase())));
}

function windows(text: string): string[] {
  return Array.from({ length: Math.max(1, text.length - WINDOW + 1) }, (_, at) => text.slice(at, at + WINDOW));
}

function base64s(secret: string): string[] {
  return ['', 'x', 'xx'].flatMap((before) => {
    const text = Buffer.from(`${before}${secret}`).toString('base64').replaceAll('=', '');
    // The first characters and the last speak of neighbours too.
    const own = text.slice(before.length === 0 ? 0 : before.length + 1, -1);
    return [own, own.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

const EXPANSIONS = [
  (bytes: Buffer) => gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }),
  (bytes: Buffer) => inflateSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }),
  (bytes: Buffer) => inflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }),
  (bytes: Buffer) => brotliDecompressSync(bytes, { finishFlush: constants.BROTLI_OPERATION_FLUSH }),
  (bytes: Buffer) => zstdDecompressSync(bytes),
];

function expanded(bytes: Buffer): Buffer[] {
  if (bytes.length > LOOKED_INTO_MAX) return [];
  return EXPANSIONS.flatMap((expand) => {
    try {
      return [expand(bytes)];
    } catch {
      return [];
    }
  });
}

/** Escapes of URLs, JSON and HTML undone. */
function withoutEscapes(text: string): string {
  return text
    .replaceAll(/\\u00([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    .replaceAll(/&#x([0-9a-f]{2});/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    .replaceAll('\\/', '/');
}

function unescape(text: string): string {
  return text.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}
