import { expect, test } from 'vitest';
import { ASSENT_MS, samePerson } from '../../src/engine/assents.ts';
import { Engine } from '../../src/engine/engine.ts';
import type { Freeze } from '../../src/engine/event.ts';
import type { Json } from '../../src/std/canonical-json.ts';
import { agent, agentId, policy } from './policies.ts';

const BOT = agentId('bot');
const freeze = (at: number): Freeze => ({ agent: BOT, at, trip: 'freeze', by: 'agent', reason: 'unsure' });

function assented(): Engine {
  const engine = new Engine(policy([agent('bot')]));
  engine.apply({ kind: 'frozen', freeze: freeze(10) });
  engine.apply({ kind: 'assented', agent: BOT, at: 20, by: 'ada', freeze: 10 });
  return engine;
}

test('the first of two words stands for its freeze, for an hour, and through a snapshot', () => {
  const engine = assented();
  const loaded = new Engine(engine.policy);
  loaded.load(JSON.parse(JSON.stringify(engine.save())) as Json, []);
  for (const one of [engine, loaded]) {
    expect(one.frozen(BOT)).toEqual(freeze(10));
    expect(one.assents.of(freeze(10), 20 + ASSENT_MS - 1)).toMatchObject({ by: 'ada' });
    expect(one.assents.of(freeze(10), 20 + ASSENT_MS)).toBeUndefined();
  }
});

test('it is no word on another freeze, nor on one after a resume', () => {
  const engine = assented();
  expect(engine.assents.of(freeze(11), 30)).toBeUndefined();
  engine.apply({ kind: 'resumed', agent: BOT, at: 30 });
  engine.apply({ kind: 'frozen', freeze: freeze(10) });
  expect(engine.assents.of(freeze(10), 30)).toBeUndefined();
});

test('a person who stops the agent again takes it back; a guard that trips again does not', () => {
  const engine = assented();
  engine.apply({ kind: 'frozen', freeze: { ...freeze(25), by: 'guard:bot.triggers[0]' } });
  expect(engine.assents.of(freeze(10), 30)).toMatchObject({ by: 'ada' });
  engine.apply({ kind: 'frozen', freeze: { ...freeze(30), by: 'human:ben' } });
  expect(engine.assents.of(freeze(10), 30)).toBeUndefined();
});

test.each([
  ['ada', 'ada', true],
  ['Ada', ' ADA ', true],
  ['ada  lovelace', 'Ada Lovelace', true],
  ['ａｄａ', 'ada', true],
  ['a\u200Bda', 'ada', true],
  ['ada', 'ben', false],
  ['ada lovelace', 'ada l', false],
])('%j and %j may be one person: %s', (a, b, same) => {
  expect(samePerson(a, b)).toBe(same);
});
