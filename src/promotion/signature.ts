import { verify } from 'node:crypto';
import { ok, type Result } from '../std/result.ts';
import { readVerifierKey, type VerifierKey } from '../journal/index.ts';
import { preAuthEncoding, type Envelope } from './envelope.ts';
import { refuse, shown, type PromotionRefused } from './refusal.ts';

/**
 * Which of the keys signed an envelope, as `NAME+ID`. A `keyid` only says whose signature it claims to be: every key is
 * tried on every signature, and what counts is the key that fits.
 */
export function signerOf(envelope: Envelope, vkeys: readonly string[]): Result<string, PromotionRefused> {
  const { payloadType, payload, signatures } = envelope;
  if (signatures.length === 0) {
    return refuse(
      'unsigned',
      'This promotion bears no signature. Have `interlock gate` sign it with a key of the policy.',
    );
  }
  const keys = vkeys.flatMap((vkey) => readVerifierKey(vkey) ?? []);
  const signed = preAuthEncoding(payloadType, payload);
  const signer = keys.find(({ key }) => signatures.some(({ sig }) => verify(null, signed, key, sig)));
  if (signer !== undefined) return ok(named(signer));
  const claimed = keys.find((key) => signatures.some(({ keyid }) => keyid === named(key)));
  if (claimed !== undefined) {
    return refuse(
      'forged_signature',
      `This promotion is forged or was changed: it bears the name of the key ${named(claimed)}, which did not sign what stands in it. Take the file anew from where \`interlock gate\` wrote it.`,
    );
  }
  const theirs = signatures.map(({ keyid }) => (keyid === '' ? 'a key without a name' : shown(keyid))).join(', ');
  const ours = keys.length === 0 ? 'none' : keys.map(named).join(', ');
  return refuse(
    'unknown_key',
    `This promotion is signed by ${theirs}; the policy's \`promotion.keys\` knows ${ours}. Sign with a key that it knows, or put that one's verifier key there.`,
  );
}

const named = ({ name, id }: VerifierKey): string => `${name}+${id}`;
