import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { Bodies } from '../../../src/door/intake/bodies.ts';
import type { AgentId } from '../../../src/engine/ids.ts';

const [ANA, BEN] = ['ana', 'ben'] as AgentId[] as [AgentId, AgentId];

describe('the memory that bodies take', () => {
  test('is bounded in all, and for each agent', () => {
    const bodies = new Bodies(100, 60);
    expect(bodies.room(ANA).grow(60)).toBe(true);
    expect(bodies.room(ANA).grow(1)).toBe(false);
    expect(bodies.room(BEN).grow(41)).toBe(false);
    expect(bodies.room(BEN).grow(40)).toBe(true);
    expect(bodies.bytes).toBe(100);
  });

  test('is given back once, when the last who needs it has let go', () => {
    const bodies = new Bodies(100, 100);
    const room = bodies.room(ANA);
    room.grow(30);
    room.hold();
    room.letGo();
    expect(bodies.bytes).toBe(30);
    room.letGo();
    room.letGo();
    expect(bodies.bytes).toBe(0);
    expect(bodies.room(ANA).grow(100)).toBe(true);
  });

  const step = fc.record({ agent: fc.constantFrom(ANA, BEN), grow: fc.nat(40), holds: fc.nat(2), letGo: fc.boolean() });
  property.prop([fc.array(step, { maxLength: 60 })])('is what is held, whoever comes and goes', (steps) => {
    const bodies = new Bodies(100, 70);
    const held = new Map<AgentId, number>([
      [ANA, 0],
      [BEN, 0],
    ]);
    for (const { agent, grow, holds, letGo } of steps) {
      const room = bodies.room(agent);
      for (let i = 0; i < holds; i += 1) room.hold();
      const all = held.get(ANA)! + held.get(BEN)!;
      const fits = held.get(agent)! + grow <= 70 && all + grow <= 100;
      expect(room.grow(grow)).toBe(fits);
      if (letGo) for (let i = 0; i <= holds; i += 1) room.letGo();
      else if (fits) held.set(agent, held.get(agent)! + grow);
      expect(bodies.bytes).toBe(held.get(ANA)! + held.get(BEN)!);
    }
  });
});
