import { expect, test } from 'vitest';
import { callIds } from '../../src/door/call-ids.ts';

test('no two are alike, and each is one that the door takes back', () => {
  const next = callIds();
  const ids = Array.from({ length: 5_000 }, () => next());
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^call_[0-9a-z]{1,40}$/);
});

/** What an agent would take the next id for: five of its digits counted on, wherever the counter may stand. */
function guesses(id: string): readonly string[] {
  const digits = id.slice('call_'.length);
  return Array.from({ length: digits.length - 4 }, (_, at) => {
    const more = (Number.parseInt(digits.slice(at, at + 5), 36) + 1).toString(36).padStart(5, '0');
    return `call_${digits.slice(0, at)}${more}${digits.slice(at + 5)}`;
  });
}

test('attack: an agent that counts on from the ids it is told does not know its next one, nor whether people will be shown it', () => {
  const next = callIds();
  const ids = Array.from({ length: 2_000 }, () => next());
  const known = ids.slice(1).filter((id, index) => guesses(ids[index] ?? '').includes(id));
  // One in 65,536 comes by chance, for each way of counting.
  expect(known.length).toBeLessThan(10);
});
