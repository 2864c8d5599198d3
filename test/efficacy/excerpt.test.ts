import fc from 'fast-check';
import { expect, test } from 'vitest';
import { completed } from '../../efficacy/excerpt.ts';

test.each([
  ['{"id": "W1", "items": [{"na…', '{"id": "W1"}'],
  ['{"name": {"first": "Mia", "last": "Li"}, "ci…', '{"name": {"first": "Mia", "last": "Li"}}'],
  ['{"a": "x, \\"y\\", z", "b": 1…', '{"a": "x, \\"y\\", z"}'],
  ['{"a": "unfinished…', '{}'],
  ['[{"a": 1}, {"b…', '[{"a": 1}, {"b…'],
  ['plain words…', 'plain words…'],
  ['{"whole": true}', '{"whole": true}'],
])('%s → %s', (excerpt, whole) => {
  expect(completed(excerpt)).toBe(whole);
});

test('wherever an object is cut, what is left is JSON whose members are the object’s own', () => {
  const object = fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 });
  fc.assert(
    fc.property(object, fc.nat(), (whole, at) => {
      const text = JSON.stringify(whole);
      const cut = 1 + (at % text.length);
      const kept = JSON.parse(completed(`${text.slice(0, cut)}…`)) as Record<string, unknown>;
      const read = JSON.parse(text) as Record<string, unknown>;
      for (const [name, value] of Object.entries(kept)) expect(value).toEqual(read[name]);
      const names = Object.keys(read);
      // All but the last member are followed by a comma, so a text that is cut at its end loses just that one.
      if (cut === text.length) expect(Object.keys(kept)).toEqual(names.slice(0, -1));
    }),
  );
});
