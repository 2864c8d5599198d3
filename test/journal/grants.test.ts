import { expect, test } from 'vitest';
import type { AgentId, GrantId } from '../../src/engine/ids.ts';
import type { GrantEntry } from '../../src/journal/entry.ts';
import { foldJournal } from '../../src/journal/fold.ts';
import { GRANT_DEPTH_MAX, grantOf, Grants, grantState, type Grant } from '../../src/journal/grants.ts';
import { POLICY } from './directory.ts';

const id = (name: string): GrantId => name as GrantId;

function entry(name: string, more: Partial<GrantEntry> = {}): GrantEntry {
  return {
    kind: 'grant',
    at: 1,
    grant: id(name),
    tokenHash: `hash of ${name}`,
    agent: 'bot' as AgentId,
    task: 't',
    environment: 'production',
    routes: null,
    expiresAt: 100,
    parent: null,
    by: 'human:ann',
    ...more,
  };
}

const family: readonly GrantEntry[] = [
  entry('root', { expiresAt: 50 }),
  entry('child', { parent: id('root') }),
  entry('grandchild', { parent: id('child') }),
];

function states(grants: Grants, at: number): string {
  return grants
    .all()
    .map((grant) => grantState(grant, at, grants))
    .join(' ');
}

test('a grant is found by its id and by its token’s hash', () => {
  const { grants } = foldJournal(POLICY.policy, family);
  expect(grants.byId(id('child'))).toEqual(grantOf(family[1] as GrantEntry));
  expect(grants.byTokenHash('hash of child')?.id).toBe('child');
  expect(grants.byTokenHash('hash of nobody')).toBeUndefined();
});

test('a grant ends at its expiry, to the millisecond, and with it all that were narrowed from it', () => {
  const { grants } = foldJournal(POLICY.policy, family);
  expect(states(grants, 49)).toBe('live live live');
  expect(states(grants, 50)).toBe('expired expired expired');
});

test('a revoked grant ends all that were narrowed from it, and none above', () => {
  const revoke = { kind: 'revoke', at: 2, grant: id('child'), by: 'human:ann' } as const;
  const { grants } = foldJournal(POLICY.policy, [...family, revoke]);
  expect(states(grants, 10)).toBe('live revoked revoked');
  expect(states(grants, 99)).toBe('expired revoked revoked');
});

test('a second grant with a known id or token gives nothing, nor does making a revoked grant again', () => {
  const { grants } = foldJournal(POLICY.policy, [
    ...family,
    entry('child', { tokenHash: 'stolen', expiresAt: 1_000 }),
    entry('thief', { tokenHash: 'hash of root', expiresAt: 1_000 }),
    { kind: 'revoke', at: 2, grant: id('root'), by: 'human:ann' },
    entry('root', { expiresAt: 1_000 }),
  ]);
  expect(grants.all()).toHaveLength(3);
  expect(grants.byTokenHash('stolen')).toBeUndefined();
  expect(states(grants, 10)).toBe('revoked revoked revoked');
});

test('a grant whose parent nobody knows, or whose line of parents is absurdly long, gives no right', () => {
  const orphan = foldJournal(POLICY.policy, [entry('orphan', { parent: id('unknown') })]).grants;
  expect(states(orphan, 1)).toBe('revoked');
  const chain = Array.from({ length: GRANT_DEPTH_MAX + 1 }, (_, depth) =>
    entry(`g${depth}`, { parent: depth === 0 ? null : id(`g${depth - 1}`) }),
  );
  const { grants } = foldJournal(POLICY.policy, chain);
  const state = (depth: number) => grantState(grants.byId(id(`g${depth}`)) as Grant, 1, grants);
  expect(state(GRANT_DEPTH_MAX - 1)).toBe('live');
  expect(state(GRANT_DEPTH_MAX)).toBe('revoked');
});

test('what is saved comes back, revocations included', () => {
  const revoke = { kind: 'revoke', at: 2, grant: id('child'), by: 'human:ann' } as const;
  const { grants } = foldJournal(POLICY.policy, [...family, revoke]);
  const loaded = Grants.load(JSON.parse(JSON.stringify(grants.save())) as ReturnType<Grants['save']>);
  expect(loaded.all()).toEqual(grants.all());
  expect(states(loaded, 10)).toBe('live revoked revoked');
});

test('a snapshot keeps whom a grant was made for', () => {
  const { grants } = foldJournal(POLICY.policy, [entry('of one', { identity: 'a'.repeat(64) }), entry('of anybody')]);
  const again = Grants.load(structuredClone(grants.save()));
  expect(again.all().map(({ identity }) => identity)).toEqual(['a'.repeat(64), undefined]);
  expect(again.byId(id('of anybody'))).not.toHaveProperty('identity');
});
