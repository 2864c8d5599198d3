import { describe, expect, it } from 'vitest';
import type { Particulars } from '../../../src/engine/call.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { FactReader } from '../../../src/engine/facts.ts';
import type { Route } from '../../../src/engine/policy.ts';
import { agent, agentId, call, policy, route, routeId } from '../policies.ts';

const shaped = (reader: NonNullable<Route['shape']>) =>
  policy([agent('bot')], {}, [{ ...route('refund', 'write'), shape: reader }, route('get', 'read')]);

const particulars = (...shape: string[]): Particulars => ({
  shape,
  parameters: {},
  segment: null,
  precondition: null,
  payment: null,
});

function found(facts: Particulars | null, name = 'refund') {
  const decision = new Engine(shaped(() => [])).decide(call('c1', { route: name, amount: null, particulars: facts }));
  return decision.findings.find(({ guard }) => guard === 'shape');
}

describe('shape', () => {
  it('lets what fits pass', () => {
    expect(found(particulars())?.verdict).toBe('pass');
  });

  it('refuses what does not, and says which fields', () => {
    const faults = ['body.amount: must be integer', 'body.amout: is not known; did you mean amount?'];
    expect(found(particulars(...faults))).toEqual({
      guard: 'shape',
      rule: 'upstreams.shop.shape',
      verdict: 'deny',
      reason: 'shape_mismatch',
      observed: faults.join('; '),
      limit: 'the OpenAPI operation',
      retryable: 'if-changed',
      hint: 'Correct each of these fields as the API documents it, leave out what it does not know, and send the call again.',
      remedy: { kind: 'fields', faults },
    });
  });

  it('refuses what was never checked', () => {
    expect(found(null)).toMatchObject({ verdict: 'deny', reason: 'shape_mismatch' });
  });

  it('judges only routes that are checked', () => {
    expect(found(null, 'get')).toBeUndefined();
  });

  it('judges by what was recorded, whatever its reader would say now', () => {
    const none = shaped(() => ['the OpenAPI document is not at hand']);
    const decision = new Engine(none).decide(call('c1', { amount: null, particulars: particulars() }));
    expect(decision.findings.find(({ guard }) => guard === 'shape')?.verdict).toBe('pass');
  });

  it('a reader that breaks refuses', () => {
    const facts = new FactReader(
      shaped(() => {
        throw new RangeError('the stack ended');
      }),
    );
    const request = { method: 'POST', params: {}, query: {}, body: {}, headers: {} };
    const read = facts.read(request, routeId('refund'), { agent: agentId('bot'), task: 't', declared: {} });
    expect(found(read.particulars)?.observed).toContain('could not be held against');
  });
});
