import { describe, expect, test } from 'vitest';
import type { Rider } from '../../../src/door/transports/lanes.ts';
import { Lanes } from '../../../src/door/transports/lanes.ts';

/** A rider that writes down where it started. */
function rider(starts: [name: string, lane: number][], name: string): Rider<number> {
  return { start: (lane) => starts.push([name, lane]) };
}

function lanes(lanesMax: number, waitingMax: number): Lanes<number> {
  let opened = 0;
  return new Lanes(lanesMax, waitingMax, () => opened++);
}

describe('lanes', () => {
  test('open as needed, then make riders wait in order, then refuse', () => {
    const starts: [string, number][] = [];
    const two = lanes(2, 2);
    expect(['a', 'b', 'c', 'd'].map((name) => two.enter(rider(starts, name)))).toEqual([null, null, null, null]);
    expect(two.enter(rider(starts, 'e'))).toBe('2 connections are busy and 2 requests wait for one');
    two.leave(1);
    two.leave(0);
    two.leave(1);
    expect(starts).toEqual([
      ['a', 0],
      ['b', 1],
      ['c', 1],
      ['d', 0],
    ]);
    two.enter(rider(starts, 'f'));
    expect(starts.at(-1)).toEqual(['f', 1]);
  });

  test('take the warmest idle one', () => {
    const starts: [string, number][] = [];
    const three = lanes(3, 0);
    for (const name of ['a', 'b', 'c']) three.enter(rider(starts, name));
    for (const lane of [2, 0, 1]) three.leave(lane);
    three.enter(rider(starts, 'd'));
    expect(starts.at(-1)).toEqual(['d', 1]);
  });

  test('never start who was forgotten, and free the place', () => {
    const starts: [string, number][] = [];
    const one = lanes(1, 1);
    const gone = rider(starts, 'gone');
    one.enter(rider(starts, 'a'));
    one.enter(gone);
    one.forget(gone);
    expect(one.enter(rider(starts, 'b'))).toBe(null);
    one.leave(0);
    expect(starts).toEqual([
      ['a', 0],
      ['b', 0],
    ]);
  });

  test('close when the last rider has left, for whoever asks', async () => {
    const starts: [string, number][] = [];
    const one = lanes(1, 1);
    one.enter(rider(starts, 'a'));
    one.enter(rider(starts, 'b'));
    const closed = [one.close(), one.close()];
    expect(one.enter(rider(starts, 'c'))).toBe('the transport is closed');
    one.leave(0);
    one.leave(0);
    expect(await Promise.all(closed)).toEqual([[0], [0]]);
    expect(await one.close()).toEqual([0]);
    expect(starts.map(([name]) => name)).toEqual(['a', 'b']);
  });
});
