import { expect, test } from 'vitest';
import type { CallId } from '../../src/engine/ids.ts';
import { callOf, intentOf } from '../../src/journal/facts.ts';
import { call } from '../engine/policies.ts';

test("a record of the door's own read says which write it was made for, and an agent's call says nothing of the kind", () => {
  const own = call('r', { route: 'get', effect: 'read', before: 'w' as CallId });
  expect(intentOf(own)).toMatchObject({ call: 'r', before: 'w' });
  expect(callOf(intentOf(own))).toEqual(own);
  expect(callOf(intentOf(call('r')))).not.toHaveProperty('before');
});
