import { describe, expect, it } from 'vitest';
import { holdTemplates } from '../../src/stages/templates/held.ts';
import { learnTemplates } from '../../src/stages/templates/learn.ts';
import { samplesIn } from '../../src/stages/templates/samples.ts';
import { learned, recorded } from './recorded.ts';
import { Agent, said } from './rig.ts';
import { asked, bodyOf, form, newWorld, paymentsPolicy } from './world-rig.ts';

describe('templates are learned from recorded answers', () => {
  const templates = learned();

  it('field by field', () => {
    expect(templates.routes['create_refund']?.answer).toEqual({
      status: 200,
      contentType: 'application/json',
      body: {
        '/amount': { from: 'request', field: 'body.amount', as: 'number' },
        '/balance_transaction': { from: 'constant', value: null },
        '/charge': { from: 'request', field: 'body.charge' },
        '/created': { from: 'time', form: 'seconds' },
        '/currency': { from: 'constant', value: 'usd' },
        '/id': { from: 'id', prefix: 're_', alphabet: 'letters', length: 24 },
        '/metadata': { from: 'request', field: 'body.metadata', else: {} },
        '/object': { from: 'constant', value: 'refund' },
        '/payment_intent': { from: 'constant', value: null },
        '/reason': { from: 'request', field: 'body.reason', else: null },
        '/status': { from: 'constant', value: 'succeeded' },
      },
    });
  });

  it('what an update answers is the item, and what a list and a deleted item are like', () => {
    expect(templates.routes['update_customer']?.answer?.item).toBe(true);
    expect(templates.routes['list_refunds']).toMatchObject({ order: 'newest-first' });
    expect(templates.routes['get_customer']?.gone).toEqual({
      status: 200,
      body: {
        '/deleted': { from: 'constant', value: true },
        '/id': { from: 'request', field: 'id' },
        '/object': { from: 'constant', value: 'customer' },
      },
    });
    expect(templates.routes['get_refund']?.gone?.body['/error/message']).toEqual({
      from: 'text',
      text: "No such refund: '{id}'",
    });
  });

  it('the same each time, in an order that a person can compare', () => {
    expect(JSON.stringify(learned())).toBe(JSON.stringify(templates));
    expect(Object.keys(templates.routes)).toEqual(Object.keys(templates.routes).toSorted());
  });

  it('without a value that fewer sessions had than are asked for', () => {
    const policy = paymentsPolicy();
    const text = JSON.stringify(learnTemplates(samplesIn(recorded(), policy), policy, 3));
    expect(text).not.toMatch(/example\.com|Customer \d|\+4\d|tok_visa|cus_3N|ch_3N/);
    const few = learnTemplates(samplesIn(recorded(2), policy), policy, 3);
    expect(few.routes['create_refund']?.answer).toBeUndefined();
  });

  it('without any value of a route that has personal data', () => {
    const policy = paymentsPolicy(undefined, { create_customer: { pii: true } });
    const fields = learnTemplates(samplesIn(recorded(), policy), policy).routes['create_customer']?.answer?.body ?? {};
    expect(fields['/object']).toEqual({ from: 'varies' });
    expect(fields['/livemode']).toEqual({ from: 'varies' });
    expect(fields['/name']).toEqual({ from: 'request', field: 'body.name', else: null });
  });

  it('from real answers alone', () => {
    const policy = paymentsPolicy();
    const made = recorded().map((record) =>
      record.kind === 'outcome' ? { ...record, origin: 'synthetic' as const } : record,
    );
    expect(learnTemplates(samplesIn(made, policy), policy).routes).toEqual({});
  });

  it('and hold of the answers that they were learned from, until the API answers otherwise', () => {
    const policy = paymentsPolicy();
    const records = recorded();
    const all = holdTemplates(samplesIn(records, policy), templates);
    expect(all.flatMap(({ departures }) => [...departures.keys()])).toEqual([]);
    const refunds = all.find(({ route }) => route === 'create_refund')?.answers ?? 0;
    expect(refunds).toBeGreaterThan(5);
    const changed = records.map((record) =>
      record.kind === 'outcome' && record.answer !== null
        ? { ...record, answer: record.answer.replace('"status":"succeeded"', '"status":"pending"') }
        : record,
    );
    const departing = holdTemplates(samplesIn(changed, policy), templates);
    expect([...(departing.find(({ route }) => route === 'create_refund')?.departures ?? [])]).toEqual([
      ['/status', refunds],
    ]);
  });

  it('and answer as the API does, but for ids', () => {
    const agent = new Agent(paymentsPolicy(templates));
    const world = newWorld(3);
    const body = form({ charge: world.ids()['charge']?.[0] ?? '', amount: 77, 'metadata[a]': 'b' });
    const shown = said(agent.write('POST /v1/refunds', { body })) as object;
    const real = bodyOf(asked(world, agent.reading('POST /v1/refunds', { body }))) as { id: string };
    expect({ ...shown, id: real.id }).toEqual(real);
  });
});
