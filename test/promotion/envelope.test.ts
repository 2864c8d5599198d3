import { describe, expect, test } from 'vitest';
import { preAuthEncoding, readEnvelope, writeEnvelope } from '../../src/promotion/envelope.ts';
import { readPromotion, signPromotion, verifyPromotion } from '../../src/promotion/index.ts';
import { demandFor, edited, GRANTED, newSigner, signed } from './granted.ts';

const gate = newSigner();
const VALID = signed(GRANTED, gate);
const demand = demandFor(gate);

describe('the envelope is that of the DSSE specification, 1.0.2', () => {
  test('its test vector of what is signed', () => {
    const encoded = preAuthEncoding('http://example.com/HelloWorld', Buffer.from('hello world'));
    expect(encoded.toString()).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world');
  });

  test('lengths are of bytes, not of characters', () => {
    expect(preAuthEncoding('ä', Buffer.from('€')).toString()).toBe('DSSEv1 2 ä 3 €');
  });

  test('its test vector of an envelope is read as it stands', () => {
    const read = readEnvelope(
      '{"payload": "aGVsbG8gd29ybGQ=",\n "payloadType": "http://example.com/HelloWorld",\n "signatures": [{"sig": "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA=="}]}',
    );
    expect(read).toMatchObject({
      ok: true,
      value: { payload: Buffer.from('hello world'), signatures: [{ keyid: '' }] },
    });
  });

  test.each<[what: string, text: string]>([
    ['members that it does not know are passed over', edited(VALID, (one) => ({ ...one, extension: { kind: 'x' } }))],
    [
      'a signature without a hint whose it is',
      edited(VALID, (one) => ({ ...one, signatures: one.signatures.map(({ sig }) => ({ sig })) })),
    ],
    [
      'a hint that is wrong: the key that fits counts',
      edited(VALID, (one) => ({ ...one, signatures: one.signatures.map(({ sig }) => ({ keyid: 'mallory', sig })) })),
    ],
    [
      'signatures of others beside it',
      edited(VALID, (one) => ({ ...one, signatures: [{ keyid: 'witness', sig: 'AAAA' }, ...one.signatures] })),
    ],
    [
      'the URL-safe alphabet',
      edited(VALID, ({ payload, payloadType, signatures }) => ({
        payload: urlSafe(payload),
        payloadType,
        signatures: signatures.map(({ keyid, sig }) => ({ keyid, sig: urlSafe(sig) })),
      })),
    ],
    ['another layout', JSON.stringify(JSON.parse(VALID), null, '\t')],
  ])('%s', (_, text) => {
    expect(verifyPromotion(text, demand)).toEqual(verifyPromotion(VALID, demand));
    expect(verifyPromotion(text, demand).ok).toBe(true);
  });

  test('a signature by any key that the policy knows is enough, and the key is named', () => {
    const second = newSigner('gate.example.com/second');
    const terms = { ...demand.terms, keys: [second.verifierKey, gate.verifierKey] };
    for (const signer of [gate, second]) {
      const verified = verifyPromotion(signed(GRANTED, signer), { ...demand, terms });
      expect(verified).toMatchObject({ ok: true, value: { signedBy: expect.stringContaining(signer.log) as string } });
    }
  });
});

test('what is read of a file before anybody looked at its signature is what stands in it', () => {
  const read = readPromotion(VALID);
  expect(read).toMatchObject({ ok: true, value: { promotion: GRANTED, envelope: { signatures: [{}] } } });
  if (read.ok) expect(writeEnvelope(read.value.envelope)).toBe(VALID);
});

test('nothing is signed that no door would read', () => {
  expect(signPromotion({ ...GRANTED, id: 'promotion_1' }, gate)).toEqual({
    ok: false,
    failure: '`predicate.id`: expected promotion_ and 32 hex digits',
  });
  const approvals = [{ by: 'ana', reason: 'x'.repeat(1_001) }];
  expect(signPromotion({ ...GRANTED, approvals }, gate)).toMatchObject({ ok: false });
});

const urlSafe = (base64: string): string => base64.replaceAll('+', '-').replaceAll('/', '_');
