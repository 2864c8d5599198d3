import { PAYLOAD_TYPE } from '../../src/promotion/statement.ts';
import { gate, VALID, type Forgery } from './forgery.ts';
import { DAY_MS, edited, GRANTED, newSigner, signed, signedAnyway, statementOf, withPayload } from './granted.ts';

const thief = newSigner();

/** Made without the gate's key. */
export const FORGED_ENVELOPES: readonly Forgery[] = [
  { attack: 'a promise instead of a promotion', text: 'limited, I swear', code: 'not_json', says: /interlock gate/ },
  { attack: 'nothing at all', text: '', code: 'not_json', says: /not JSON/ },
  { attack: 'a file of a gigabyte', text: VALID + ' '.repeat(300_000), code: 'too_large', says: /262144 bytes/ },
  { attack: 'nesting that overflows a stack', text: '['.repeat(200_000), code: 'not_json', says: /not JSON/ },
  {
    attack: 'valid nesting as deep',
    text: `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
    code: 'not_json',
    says: /./,
  },
  {
    attack: 'the statement without its envelope',
    text: statementOf(GRANTED),
    code: 'not_an_envelope',
    says: /payload/,
  },
  {
    attack: 'two payloads, the signed one for us and another for whoever reads the first',
    text: VALID.replace('{', `{"payload": "${Buffer.from(statementOf(GRANTED)).toString('base64')}",`),
    code: 'not_an_envelope',
    says: /two ways/,
  },
  {
    attack: 'base64 with bits that no decoder looks at',
    text: edited(VALID, (envelope) => ({
      ...envelope,
      signatures: envelope.signatures.map(({ keyid, sig }) => ({ keyid, sig: sig.replace('==', 'x=') })),
    })),
    code: 'not_an_envelope',
    says: /proper base64/,
  },
  {
    attack: 'a payload of another type, signed as that',
    text: signedAnyway(statementOf(GRANTED), gate, { payloadType: 'application/json' }),
    code: 'wrong_payload_type',
    says: /"application\/json"/,
  },
  {
    attack: 'another payload type, renamed afterwards',
    text: edited(signedAnyway(statementOf(GRANTED), gate, { payloadType: 'application/json' }), (envelope) => ({
      ...envelope,
      payloadType: PAYLOAD_TYPE,
    })),
    code: 'forged_signature',
    says: /did not sign/,
  },
  {
    attack: 'the signature taken off',
    text: edited(VALID, (envelope) => ({ ...envelope, signatures: [] })),
    code: 'unsigned',
    says: /no signature/,
  },
  {
    attack: 'a key of one’s own',
    text: signed(GRANTED, newSigner('mallory.example/gate')),
    code: 'unknown_key',
    says: /mallory\.example\/gate\+[0-9a-f]{8}.*gate\.example\.com\/refunds\+/,
  },
  {
    attack: 'a key of one’s own under the name of the gate’s, with an id of its own',
    text: signed(GRANTED, thief),
    code: 'unknown_key',
    says: /promotion\.keys/,
  },
  {
    attack: 'a key of one’s own under the name and id of the gate’s',
    text: edited(signed(GRANTED, thief), (envelope) => ({
      ...envelope,
      signatures: envelope.signatures.map(({ sig }) => ({
        keyid: gate.verifierKey.split('+').slice(0, 2).join('+'),
        sig,
      })),
    })),
    code: 'forged_signature',
    says: /forged or was changed/,
  },
  {
    attack: 'a signature made up',
    text: edited(VALID, (envelope) => ({
      ...envelope,
      signatures: envelope.signatures.map(({ keyid }) => ({ keyid, sig: Buffer.alloc(64, 1).toString('base64') })),
    })),
    code: 'forged_signature',
    says: /did not sign/,
  },
  {
    attack: 'a signature of no length',
    text: edited(VALID, (envelope) => ({
      ...envelope,
      signatures: envelope.signatures.map(({ keyid }) => ({ keyid, sig: '' })),
    })),
    code: 'forged_signature',
    says: /did not sign/,
  },
  {
    attack: 'the stage raised to production',
    text: withPayload(VALID, (payload) => payload.replace('"stage":"limited"', '"stage":"production"')),
    at: { stageMax: 'production' },
    code: 'forged_signature',
    says: /changed/,
  },
  {
    attack: 'the expiry moved by a year',
    text: withPayload(VALID, (payload) =>
      payload.replace(String(GRANTED.expiresAt), String(GRANTED.expiresAt + 365 * DAY_MS)),
    ),
    code: 'forged_signature',
    says: /changed/,
  },
  {
    attack: 'white space put into what was signed',
    text: withPayload(VALID, (payload) => payload.replace(',', ', ')),
    code: 'forged_signature',
    says: /changed/,
  },
];
