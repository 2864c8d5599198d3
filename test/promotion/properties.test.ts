import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readPromotion, signPromotion, verifyPromotion, type Promotion } from '../../src/promotion/index.ts';
import { readVerifierKey, verifyCheckpoint } from '../../src/journal/index.ts';
import { signedCheckpoint } from '../../src/journal/checkpoint/note.ts';
import { preAuthEncoding } from '../../src/promotion/envelope.ts';
import { keyIdOf } from '../../src/promotion/index.ts';
import { PAYLOAD_TYPE } from '../../src/promotion/statement.ts';
import { demandFor, GRANTED, newSigner, signed, signedAnyway } from './granted.ts';

const gate = newSigner();
const VALID = Buffer.from(signed(GRANTED, gate));
const demand = demandFor(gate);

/** THEOREM: whoever has no key changes nothing but what does not matter. */
function isRefusedOrTheSame(changed: Buffer): void {
  const verified = verifyPromotion(changed.toString(), demand);
  if (verified.ok) expect(verified.value.promotion).toEqual(GRANTED);
}

/** The last bit, and the one that makes another case of a letter. */
const BITS = [0x01, 0x20];

test('a valid envelope with a bit of any byte changed is refused, or is the same promotion', () => {
  let held = 0;
  for (let at = 0; at < VALID.length; at += 1) {
    for (const bit of BITS) {
      const changed = Buffer.from(VALID);
      changed[at] = (changed[at] as number) ^ bit;
      const verified = verifyPromotion(changed.toString(), demand);
      if (verified.ok) held += 1;
      if (verified.ok) expect(verified.value.promotion).toEqual(GRANTED);
    }
  }
  // White space, the hint whose signature it is, and names that the specification passes over: far from all of it.
  expect(held / (VALID.length * BITS.length)).toBeLessThan(0.05);
});

test('a valid envelope with any one byte changed, put in or taken out is refused, or is the same promotion', () => {
  const at = fc.nat(VALID.length - 1);
  const change = fc.oneof(
    fc.record({ at, instead: fc.uint8Array({ minLength: 1, maxLength: 1 }), gone: fc.constant(1) }),
    fc.record({ at, instead: fc.uint8Array({ minLength: 1, maxLength: 1 }), gone: fc.constant(0) }),
    fc.record({ at, instead: fc.constant(new Uint8Array()), gone: fc.constant(1) }),
  );
  fc.assert(
    fc.property(change, ({ at: from, instead, gone }) => {
      isRefusedOrTheSame(Buffer.concat([VALID.subarray(0, from), instead, VALID.subarray(from + gone)]));
    }),
    { numRuns: 1_000 },
  );
});

test('whatever is put in place of the payload is refused', () => {
  const envelope = JSON.parse(VALID.toString()) as { payload: string };
  const text = Buffer.from(envelope.payload, 'base64').toString();
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.string({ minLength: 1, maxLength: 6 }), (from, instead) => {
      const payload = text.slice(0, from) + instead + text.slice(from + instead.length);
      fc.pre(payload !== text);
      const changed = JSON.stringify({ ...envelope, payload: Buffer.from(payload).toString('base64') });
      expect(verifyPromotion(changed, demand)).toMatchObject({ ok: false, failure: { code: 'forged_signature' } });
    }),
    { numRuns: 300 },
  );
});

const words = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
const promotions: fc.Arbitrary<Promotion> = fc
  .record({
    segment: fc.array(words, { maxLength: 4 }),
    approvals: fc.array(fc.record({ by: words, reason: words }), { maxLength: 3 }),
    criteria: fc.array(fc.record({ id: words, class: fc.option(words), required: words, observed: words }), {
      maxLength: 4,
    }),
    sessions: fc.array(fc.record({ mix: fc.dictionary(words, fc.nat()), times: fc.integer({ min: 1 }) }), {
      maxLength: 3,
    }),
    identity: fc.record({ version: words, model: words }, { requiredKeys: [] }),
  })
  .map(({ sessions, identity, ...rest }) => ({
    ...GRANTED,
    ...rest,
    identity: { digest: GRANTED.identity.digest, ...identity },
    baseline: { sessions, sent: 1, failed: 0 },
  }));

test('what is signed is what is read, whatever people wrote', () => {
  fc.assert(
    fc.property(promotions, (promotion) => {
      // A name that JavaScript cannot keep as a plain member is refused when it is signed, or survives.
      const text = signPromotion(promotion, gate);
      if (!text.ok) return;
      const read = readPromotion(text.value);
      expect(read).toMatchObject({ ok: true });
      if (read.ok) expect(JSON.stringify(sorted(read.value.promotion))).toBe(JSON.stringify(sorted(promotion)));
    }),
    { numRuns: 200 },
  );
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .map(([key, member]) => [key, sorted(member)])
    .toSorted(([one], [other]) => (String(one) < String(other) ? -1 : 1));
}

test('one key, two protocols: a checkpoint is no promotion, and a promotion no checkpoint', () => {
  const note = signedCheckpoint(gate, 4_711, Buffer.alloc(32, 1).toString('base64'));
  expect(verifyPromotion(note, demand)).toMatchObject({ ok: false, failure: { code: 'not_json' } });
  const [body = '', last = ''] = note.split('\n\n');
  const signature = Buffer.from(last.split(' ')[2] ?? '', 'base64').subarray(4);
  // The note's text and signature in an envelope: DSSE signs the type with the payload, so it is another text.
  const dressed = JSON.stringify({
    payload: Buffer.from(`${body}\n`).toString('base64'),
    payloadType: PAYLOAD_TYPE,
    signatures: [{ keyid: keyIdOf(gate), sig: signature.toString('base64') }],
  });
  expect(verifyPromotion(dressed, demand)).toMatchObject({ ok: false, failure: { code: 'forged_signature' } });
  // A note properly signed as an envelope's payload states no promotion.
  expect(verifyPromotion(signedAnyway(`${body}\n`, gate), demand)).toMatchObject({
    ok: false,
    failure: { code: 'malformed_statement' },
  });

  const key = readVerifierKey(gate.verifierKey);
  if (key === undefined) throw new Error('the key cannot be read');
  expect(verifyCheckpoint(note, key)).toMatchObject({ ok: true });
  expect(verifyCheckpoint(VALID.toString(), key)).toMatchObject({ ok: false });
  const { payload, signatures } = JSON.parse(VALID.toString()) as { payload: string; signatures: { sig: string }[] };
  const sig = Buffer.concat([gate.id, Buffer.from(signatures[0]?.sig ?? '', 'base64')]).toString('base64');
  const encoded = preAuthEncoding(PAYLOAD_TYPE, Buffer.from(payload, 'base64')).toString();
  // Exactly what was signed, as a note's text: its first line is no log's name. And with a line feed it is another text.
  for (const text of [encoded, `${encoded}\n`, Buffer.from(payload, 'base64').toString()]) {
    expect(verifyCheckpoint(`${text}\n— ${gate.log} ${sig}\n`, key).ok).toBe(false);
    expect(verifyCheckpoint(`${text}\n\n— ${gate.log} ${sig}\n`, key).ok).toBe(false);
  }
});
