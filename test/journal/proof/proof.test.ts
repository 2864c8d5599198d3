import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { CallEntry, CheckpointEntry, Entry } from '../../../src/journal/entry.ts';
import { verifyCheckpoint } from '../../../src/journal/checkpoint/verify-note.ts';
import { proveCall, proveConsistency } from '../../../src/journal/proof/prove.ts';
import { verifyProof } from '../../../src/journal/proof/verify-proof.ts';
import { call } from '../../engine/policies.ts';
import { callId, entryOf as entryOfEvent, note } from '../entries.ts';
import { opened } from '../directory.ts';
import { entryOf, forge, recordsOf } from '../rewrite.ts';
import { newKeys } from '../signer.ts';

const { signer, key } = newKeys();
const CALL = 'call_asked_about';

/** A call of `bot` at a time, as its record. */
function callRecord(id: string, at: number): Entry {
  return entryOfEvent({ kind: 'decided', call: call(id, { agent: 'bot', at }), verdict: 'allow', trips: [] });
}

/** A body with everything that JSON escapes and UTF-8 spells in several bytes. */
const BODY = '{"reason":"ünï “quoted” \\u0000 😀 \u2028"}';

let dir: string;
let kept: CheckpointEntry[];

beforeAll(async () => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'proof-'));
  kept = [];
  const { journal, close } = await opened(dir, { signer, segmentBytesMax: 4_000 });
  for (let index = 0; index < 30; index += 1) {
    const at = 2_000 + index * 10;
    if (index === 11) journal.append({ ...(callRecord(CALL, at) as CallEntry), body: BODY });
    else if (index === 17)
      journal.append(entryOfEvent({ kind: 'ended', call: callId(CALL), at, effectiveness: 'effective' }));
    else journal.append(index % 2 === 0 ? note(at, `about ${CALL}: ünï`) : callRecord(`call_${index}`, at));
    await journal.durable();
    if (index % 9 === 5) kept.push(journal.checkpoint(at) as CheckpointEntry);
  }
  await close();
  return () => fs.rmSync(dir, { recursive: true });
});

function proofOf(call: string): string {
  const proof = proveCall(dir, call);
  if (!proof.ok) throw new Error(proof.failure);
  return JSON.stringify(proof.value);
}

test('a proof says what the journal says of the call, and of nothing else, and holds by the key alone', () => {
  const verified = verifyProof(proofOf(CALL), key);
  expect(verified).toMatchObject({ ok: true, kind: 'inclusion', call: CALL, checkpoint: { size: kept.at(-1)?.size } });
  if (!verified.ok || verified.kind !== 'inclusion') return;
  const expected = recordsOf(dir).filter((record) => 'call' in record && record.call === CALL);
  expect(verified.records.map(({ record }) => record)).toEqual(expected);
  expect(expected.map(({ kind }) => kind)).toEqual(['call', 'outcome']);
  expect(expected[0]).toMatchObject({ body: BODY });
});

test('every call in the journal can be proven, by every checkpoint that covers it', () => {
  for (const record of recordsOf(dir)) {
    if (record.kind !== 'call') continue;
    for (const under of kept) {
      const proof = proveCall(dir, record.call, under);
      expect(proof.ok, `${record.call} by the checkpoint of ${under.size}`).toBe(record.seq <= under.size);
      if (proof.ok) expect(verifyProof(JSON.stringify(proof.value), key)).toMatchObject({ ok: true });
    }
  }
});

test('a call whose outcome nobody saw is proven with the recovery that says so', async () => {
  const lost = fs.mkdtempSync(path.join(dir, 'lost-'));
  const first = await opened(lost, { signer });
  const decided = callRecord('call_lost', 1_500);
  first.journal.append(decided);
  first.engine.apply({
    kind: 'decided',
    call: call('call_lost', { agent: 'bot', at: 1_500 }),
    verdict: 'allow',
    trips: [],
  });
  await first.close();
  const second = await opened(lost, { signer });
  second.journal.checkpoint(2_000);
  await second.close();
  const proof = proveCall(lost, 'call_lost');
  expect(proof.ok && verifyProof(JSON.stringify(proof.value), key)).toMatchObject({
    ok: true,
    records: [{ record: { kind: 'call' } }, { record: { kind: 'recovery', unknown: ['call_lost'] } }],
  });
});

describe('a proof is refused', () => {
  test('with any byte of it changed, unless its JSON still says the same', () => {
    const proof = proofOf(CALL);
    const bytes = Buffer.from(proof);
    const meaning = JSON.stringify(verifyProof(proof, key));
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at] = (bytes[at] as number) ^ (1 + ((at * 37) % 127));
      const verified = verifyProof(changed.toString(), key);
      if (verified.ok) expect(JSON.stringify(verified), `byte ${at}`).toBe(meaning);
    }
  });

  test.each<[string, (proof: MutableProof) => unknown, RegExp]>([
    ['by another key', (proof) => proof, /did not sign it/],
    [
      'whose record says something else',
      ([one]) => (one.line = one.line.replace('"allow"', '"deny"')),
      /is not in the log/,
    ],
    ['of a record at another index', ([one]) => (one.index += 1), /is not in the log/],
    ['with a hash too many', ([one]) => one.path.push(one.path[0] ?? ''), /is not in the log/],
    ['with a hash too few', ([one]) => one.path.pop(), /is not in the log/],
    ['with two hashes swapped', ([one]) => (one.path = one.path.toReversed()), /is not in the log/],
    ['with a hash spelt otherwise', ([one]) => (one.path[0] = `${one.path[0]}\n`), /is not in the log/],
    ['with the line of another record', ([one, two]) => (one.line = two.line), /is not in the log/],
  ])('%s', (how, tamper, problem) => {
    const file = JSON.parse(proofOf(CALL)) as { records: MutableProof };
    tamper(file.records);
    const by = how === 'by another key' ? newKeys().key : key;
    expect(verifyProof(JSON.stringify(file), by)).toMatchObject({
      ok: false,
      problem: expect.stringMatching(problem) as string,
    });
  });

  test('that holds, but is of another call', () => {
    const file = JSON.parse(proofOf(CALL)) as object;
    const verified = verifyProof(JSON.stringify({ ...file, call: 'call_1' }), key);
    expect(verified).toMatchObject({ ok: false, problem: expect.stringMatching(/says nothing of call_1$/) as string });
  });

  test.each(['', 'null', '[]', '{}', '{"format":"interlock-inclusion/1"}', '{"format":"interlock-inclusion/2"}'])(
    'that is none: `%s`',
    (text) => {
      expect(verifyProof(text, key)).toEqual({ ok: false, problem: 'this is no proof file' });
    },
  );

  test('whose checkpoint is of a smaller or another log', () => {
    const file = JSON.parse(proofOf(CALL)) as object;
    const stranger = kept[0]?.note;
    expect(verifyProof(JSON.stringify({ ...file, checkpoint: stranger }), key)).toMatchObject({ ok: false });
  });
});

type MutableProof = [Proven, Proven];
interface Proven {
  line: string;
  index: number;
  path: string[];
}

test('every checkpoint is proven to be the beginning of every later one, and of no earlier one', () => {
  for (const old of kept) {
    for (const grown of kept) {
      if (old.size > grown.size) continue;
      const proof = proveConsistency(dir, old, grown);
      expect(verifyProof(JSON.stringify(proof), key)).toMatchObject({
        ok: true,
        kind: 'consistency',
        old: { size: old.size },
        new: { size: grown.size },
      });
      if (old.size === grown.size) continue;
      const turned = { ...proof, old: proof.new, new: proof.old };
      expect(verifyProof(JSON.stringify(turned), key)).toMatchObject({ ok: false });
      for (const at of proof.path.keys()) {
        expect(verifyProof(JSON.stringify({ ...proof, path: proof.path.toSpliced(at, 1) }), key).ok).toBe(false);
      }
    }
  }
});

test('a journal rewritten behind a checkpoint proves neither its calls nor its growth from there', async () => {
  const forged = fs.mkdtempSync(path.join(dir, 'forged-'));
  fs.mkdirSync(path.join(forged, 'segments'));
  const entries = recordsOf(dir).map(entryOf);
  forge(forged, entries.with(4, note(entries[4]?.at ?? 0, 'nothing happened')));
  const [first, last] = [kept[0] as CheckpointEntry, kept.at(-1) as CheckpointEntry];
  expect(verifyCheckpoint(last.note, key).ok).toBe(true);
  const proof = proveCall(forged, CALL, last);
  expect(proof.ok && verifyProof(JSON.stringify(proof.value), key).ok).toBe(false);
  expect(verifyProof(JSON.stringify(proveConsistency(forged, first, last)), key).ok).toBe(false);
});

test('what cannot be proven is said', () => {
  expect(proveCall(dir, 'call_never')).toMatchObject({
    ok: false,
    failure: expect.stringMatching(/no record/) as string,
  });
  const [first] = kept;
  expect(proveCall(dir, CALL, first)).toMatchObject({
    ok: false,
    failure: expect.stringMatching(/came later/) as string,
  });
});
