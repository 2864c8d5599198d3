import fc from 'fast-check';
import { expect, test } from 'vitest';
import { signedCheckpoint } from '../../../src/journal/checkpoint/note.ts';
import { newSigningKey, readSigningKey } from '../../../src/journal/checkpoint/signer.ts';
import { readVerifierKey, verifyCheckpoint } from '../../../src/journal/checkpoint/verify-note.ts';
import { newKeys } from '../signer.ts';

const ROOT = 'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=';

const LOG = 'example.com/refunds';
const { signer, key } = newKeys(LOG);
const note = signedCheckpoint(signer, 20_852_163, ROOT);
const problem = (text: string, by = key): string => {
  const read = verifyCheckpoint(text, by);
  return read.ok ? 'none' : read.problem;
};

/** A note of any text, signed by the key. */
function signed(text: string, by = signer): string {
  return `${text}\n— ${by.log} ${Buffer.concat([by.id, by.sign(text)]).toString('base64')}\n`;
}

// The example of the specification: https://c2sp.org/signed-note
const PUBLISHED_KEY = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
const PUBLISHED_NOTE =
  'This is an example message.\n\n' +
  '— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n';

test('the published note is found to be signed by the published key, and to be no checkpoint', () => {
  const published = readVerifierKey(PUBLISHED_KEY);
  expect(published).toMatchObject({ name: 'example.com/foo', id: '530d903a' });
  if (published === undefined) return;
  expect(problem(PUBLISHED_NOTE, published)).toBe('it is of another log');
  expect(problem(PUBLISHED_NOTE.replace('example message', 'example massage'), published)).toBe(
    'its signature is forged',
  );
});

test('a signed checkpoint is read as what was signed', () => {
  const root = Buffer.from(ROOT, 'base64');
  const checkpoint = { log: 'example.com/refunds', size: 20_852_163, root };
  expect(verifyCheckpoint(note, key)).toEqual({ ok: true, checkpoint });
});

test('a checkpoint with any byte of it changed is refused', () => {
  const bytes = Buffer.from(note);
  for (let at = 0; at < bytes.length; at += 1) {
    for (const bit of [1, 16, 128]) {
      const changed = Buffer.from(bytes);
      changed[at] = (bytes[at] as number) ^ bit;
      expect(verifyCheckpoint(changed.toString(), key).ok, `byte ${at} ^ ${bit}`).toBe(false);
    }
  }
});

test('a checkpoint cut anywhere is refused', () => {
  for (let end = 0; end < note.length; end += 1) expect(verifyCheckpoint(note.slice(0, end), key).ok).toBe(false);
});

test('another key of the same name did not sign it, and neither did the same key under another name', () => {
  expect(problem(note, newKeys(LOG).key)).toMatch(/^example.com\/refunds\+[0-9a-f]{8} did not sign it$/);
  expect(problem(note.replaceAll('refunds', 'payouts'))).toMatch(/did not sign it$/);
});

test('signatures of others beside it are passed over, of witnesses as of successors', () => {
  const others = [newKeys('witness.example').signer, newKeys(LOG).signer].map(
    (other) => signed('x\n', other).split('\n')[2],
  );
  expect(problem(`${note}${others.join('\n')}\n`)).toBe('none');
  expect(problem(`${note}no signature\n`)).toBe('a line of its signatures is none');
  expect(problem(note + `${others[0]}\n`.repeat(64))).toBe('it has too many signatures');
});

test.each([
  ['another log', `example.com/payouts\n5\n${ROOT}\n`, 'it is of another log'],
  ['a size with a leading zero', `example.com/refunds\n05\n${ROOT}\n`, 'it is signed, but is no checkpoint'],
  ['a negative size', `example.com/refunds\n-5\n${ROOT}\n`, 'it is signed, but is no checkpoint'],
  ['a size beyond counting', `example.com/refunds\n9999999999999999\n${ROOT}\n`, 'it is signed, but is no checkpoint'],
  ['a short root', 'example.com/refunds\n5\nAAAA\n', 'it is signed, but is no checkpoint'],
  [
    'a root in another spelling',
    `example.com/refunds\n5\n${ROOT.replace('=', '')}\n`,
    'it is signed, but is no checkpoint',
  ],
  ['no root', 'example.com/refunds\n5\n', 'it is signed, but is no checkpoint'],
  ['an empty line in it', `example.com/refunds\n5\n${ROOT}\n\nmore\n`, 'it is signed, but is no checkpoint'],
])('a note signed over %s is refused', (_, text, why) => {
  expect(problem(signed(text))).toBe(why);
});

test('a checkpoint with extension lines is read, as the specification says', () => {
  expect(problem(signed(`example.com/refunds\n5\n${ROOT}\nextension\n`))).toBe('none');
});

test('a verifier key with any character changed is another key or none', () => {
  for (let at = 0; at < signer.verifierKey.length; at += 1) {
    const changed = signer.verifierKey.slice(0, at) + 'x' + signer.verifierKey.slice(at + 1);
    if (changed !== signer.verifierKey) expect(readVerifierKey(changed)).toBeUndefined();
  }
});

test('a signing key is read back whatever its log is called, and one that was changed is refused without being repeated', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._~/-]{0,60}$/), (log) => {
      const text = newSigningKey(log);
      const read = readSigningKey(`${text}\n`);
      expect(read).toMatchObject({ ok: true, value: { log } });
      const seed = text.split('+').slice(4).join('+');
      const changed = readSigningKey(
        text.replace(
          seed,
          seed.replace(/[A-Y](?=.)/, (letter) => nextLetter(letter)),
        ),
      );
      expect(changed.ok).toBe(false);
      if (!changed.ok) expect(changed.failure).not.toContain(seed.slice(4, 12));
    }),
    { numRuns: 30 },
  );
});

function nextLetter(letter: string): string {
  return String.fromCharCode(letter.charCodeAt(0) + 1);
}

test.each(['', 'PRIVATE+KEY', 'PRIVATE+KEY+a b+00000000+AAAA', 'example.com/refunds+00000000+AQ=='])(
  'the text `%s` is no signing key',
  (text) => {
    expect(readSigningKey(text).ok).toBe(false);
  },
);
