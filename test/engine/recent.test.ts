import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Recent } from '../../src/engine/recent.ts';

const KEEP = 10;
const step = fc.record({
  wait: fc.nat(15),
  key: fc.constantFrom('a', 'b', 'c'),
  what: fc.constantFrom('set', 'set', 'delete', 'turn', 'restart'),
});

function again(recent: Recent<number>): Recent<number> {
  const loaded = new Recent<number>(KEEP);
  loaded.load(JSON.parse(JSON.stringify(recent.save())) as ReturnType<typeof recent.save>);
  return loaded;
}

test('a note lasts for as long as was asked, unless it is turned out earlier, and is told when it is', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const recent = new Recent<number>(KEEP);
      const notes = new Map<string, number>();
      let at = 0;
      for (const { wait, key, what } of steps) {
        at += wait;
        if (what === 'set') {
          recent.set(key, at, at);
          notes.set(key, at);
        } else if (what === 'delete') {
          recent.delete(key);
          notes.delete(key);
        } else if (what === 'turn') {
          for (const [forgotten, notedAt] of recent.turn(at)) {
            expect(notes.get(forgotten)).toBe(notedAt);
            notes.delete(forgotten);
          }
        }
        for (const [known, notedAt] of notes) if (at < notedAt + KEEP) expect(recent.get(known)).toBe(notedAt);
      }
    }),
  );
});

test('what is loaded forgets at the same events as what was saved', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const kept = new Recent<number>(KEEP);
      let restarted = new Recent<number>(KEEP);
      let at = 0;
      for (const { wait, key, what } of steps) {
        at += wait;
        if (what === 'restart') restarted = again(restarted);
        for (const one of [kept, restarted]) {
          if (what === 'set') one.set(key, at, at);
          else if (what === 'delete') one.delete(key);
          else if (what === 'turn') one.turn(at);
        }
        expect(['a', 'b', 'c'].map((name) => restarted.get(name))).toEqual(
          ['a', 'b', 'c'].map((name) => kept.get(name)),
        );
        expect([restarted.size, restarted.young, restarted.turnsAt]).toEqual([kept.size, kept.young, kept.turnsAt]);
      }
    }),
  );
});

test('what nobody notes again is gone two turns later', () => {
  const recent = new Recent<number>(KEEP);
  recent.set('a', 1, 100);
  recent.set('b', 2, 110);
  expect([recent.get('a'), recent.size]).toEqual([1, 2]);
  recent.set('b', 3, 120);
  expect([recent.get('a'), recent.get('b'), recent.size]).toEqual([undefined, 3, 1]);
  recent.clear();
  expect(recent.size).toBe(0);
});
