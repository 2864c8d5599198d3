import { z } from 'zod';
import { ok, type Result } from '../std/result.ts';
import { readJsonOnce } from './json-once.ts';
import { printable, refuse, type PromotionRefused } from './refusal.ts';

/**
 * The DSSE envelope (https://github.com/secure-systems-lab/dsse, 1.0.2): a payload, what it is, and who signed both. As the
 * specification has it: what it does not know is passed over, and `keyid` is a hint that nothing rests on.
 */
export interface Envelope {
  readonly payloadType: string;
  readonly payload: Buffer;
  readonly signatures: readonly { readonly keyid: string; readonly sig: Buffer }[];
}

/** A promotion of an agent with hundreds of routes has a fifth of it. */
export const ENVELOPE_BYTES_MAX = 262_144;

const NEXT = 'Name the file that `interlock gate` wrote, as it wrote it.';

const form = z.object({
  payload: z.string(),
  payloadType: z.string(),
  signatures: z.array(z.object({ keyid: z.string().max(300).default(''), sig: z.string().max(200) })).max(16),
});

/** What is signed: DSSE's pre-authentication encoding, which no other protocol's text can be mistaken for. */
export function preAuthEncoding(payloadType: string, payload: Buffer): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

export function writeEnvelope({ payloadType, payload, signatures }: Envelope): string {
  const written = signatures.map(({ keyid, sig }) => ({ keyid, sig: sig.toString('base64') }));
  return `${JSON.stringify({ payload: payload.toString('base64'), payloadType, signatures: written }, null, 2)}\n`;
}

export function readEnvelope(text: string): Result<Envelope, PromotionRefused> {
  if (Buffer.byteLength(text) > ENVELOPE_BYTES_MAX) {
    return refuse('too_large', `This is no promotion: it has more than ${ENVELOPE_BYTES_MAX} bytes. ${NEXT}`);
  }
  const json = readJsonOnce(text);
  if (!json.ok) {
    return json.failure === 'twice'
      ? refuse('not_an_envelope', `This is no promotion: two readers could read it in two ways. ${NEXT}`)
      : refuse('not_json', `This is no promotion: it is not JSON. ${NEXT}`);
  }
  const read = form.safeParse(json.value);
  if (!read.success) {
    return refuse('not_an_envelope', `This is no promotion: it is no DSSE envelope (${faultsOf(read.error)}). ${NEXT}`);
  }
  const { payloadType } = read.data;
  const payload = fromBase64(read.data.payload);
  const signatures = read.data.signatures.map(({ keyid, sig }) => ({ keyid, sig: fromBase64(sig) }));
  if (payload === undefined || !signatures.every(isDecoded)) {
    return refuse('not_an_envelope', `This is no promotion: its payload or a signature is not proper base64. ${NEXT}`);
  }
  return ok({ payloadType, payload, signatures });
}

function isDecoded<Signature extends { readonly sig: Buffer | undefined }>(
  signature: Signature,
): signature is Signature & { readonly sig: Buffer } {
  return signature.sig !== undefined;
}

/** DSSE allows either alphabet. `undefined` where it is in neither, or not in its one proper spelling. */
function fromBase64(text: string): Buffer | undefined {
  const standard = /[+/]/.test(text) ? text : text.replaceAll('-', '+').replaceAll('_', '/');
  const bytes = Buffer.from(standard, 'base64');
  return bytes.toString('base64') === standard ? bytes : undefined;
}

/** `payload: expected string`, of the first few. */
export function faultsOf(error: z.ZodError): string {
  const told = error.issues.slice(0, 3).map(({ path, message }) => {
    const plain = message.replace(/^Invalid input: /, '');
    return path.length === 0 ? plain : `\`${path.join('.')}\`: ${plain}`;
  });
  return printable(told.join(', '));
}
