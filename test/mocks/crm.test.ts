import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import crm from '../../mocks/crm.ts';
import type { World } from '../../src/lab/world/world.ts';
import { STARTS_AT, ask, at, idsOf, rows, textAt } from './ask.ts';
import { live, wishFor } from './from-forms.ts';

const make = (seed = 1, size = 16): World => crm.create({ seed, startsAt: STARTS_AT, size });
const wishes = fc.array(wishFor(crm.operations ?? []), { maxLength: 40 });
const page = (world: World, path: string) => rows(ask(world, `GET ${path}`, { query: { limit: '100' } }));
const contact = (world: World, id: string) => ask(world, `GET /contacts/${id}`).body;

/** Pairs of contacts that share a member. */
function pairs(world: World, member: 'name' | 'email'): [string, string][] {
  const alike = Map.groupBy(page(world, '/contacts'), (one) => textAt(one, member));
  return [...alike.values()].flatMap(([one, other]): [string, string][] =>
    one === undefined || other === undefined ? [] : [[textAt(one, 'id'), textAt(other, 'id')]],
  );
}

describe('the crm world', () => {
  it('loses nobody without saying so: whoever is gone was deleted or merged, by the ledger', () => {
    fc.assert(
      fc.property(fc.nat(1_000), wishes, (seed, calls) => {
        const world = make(seed);
        const before = world.ids()['contact'] ?? [];
        live(world, calls);
        const told = (kind: string): string[] =>
          world.ledger.filter((entry) => entry.kind === kind).map(({ subject }) => subject.slice('contact:'.length));
        const gone = [...told('contact_deleted'), ...told('contacts_merged')];
        const there = [...before, ...told('contact_created')].filter((id) => !gone.includes(id));
        expect(new Set(gone).size).toBe(gone.length);
        expect(world.ids()['contact']).toEqual(there);
      }),
      { numRuns: 100 },
    );
  });

  it('leaves no note without its contact', () => {
    fc.assert(
      fc.property(fc.nat(1_000), wishes, (seed, calls) => {
        const world = make(seed);
        live(world, calls);
        const ids = new Set(world.ids()['contact']);
        expect(page(world, '/notes').filter((note) => !ids.has(textAt(note, 'contact')))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('begins with what every CRM has: people who are there twice, and people of one name', () => {
    const world = make();
    expect(pairs(world, 'email')).not.toEqual([]);
    const namesakes = pairs(world, 'name');
    expect(namesakes).not.toEqual([]);
    for (const [one, other] of namesakes) {
      expect(at(contact(world, one), 'email')).not.toBe(at(contact(world, other), 'email'));
    }
  });

  it('merges for good: the notes go along, a no stays a no, and what the two say differently is lost', () => {
    const world = make();
    const [[from, into] = ['', '']] = pairs(world, 'name');
    const [lost, kept] = [contact(world, from), contact(world, into)];
    ask(world, `PATCH /contacts/${from}`, { body: { subscribed: false } });
    const notes = idsOf(ask(world, 'GET /notes', { query: { contact: from } }));
    const merged = ask(world, `POST /contacts/${from}/merge`, { body: { into } });
    expect(merged.body).toMatchObject({ id: into, email: at(kept, 'email') ?? null, subscribed: false });
    expect(idsOf(ask(world, 'GET /notes', { query: { contact: into } }))).toEqual(expect.arrayContaining(notes));
    expect(ask(world, `GET /contacts/${from}`).status).toBe(404);
    expect(page(world, '/contacts').map((one) => at(one, 'email'))).not.toContain(at(lost, 'email'));
    expect(ask(world, `POST /contacts/${into}/merge`, { body: { into } }).status).toBe(409);
  });

  it('does a batch whole or not at all', () => {
    const world = make();
    const [first = ''] = world.ids()['contact'] ?? [];
    const wrong = ask(world, 'POST /contacts/batch-delete', { body: { ids: [first, 'cont_none'] } });
    expect(wrong.status).toBe(404);
    expect(world.ledger).toEqual([]);
    ask(world, 'POST /contacts/batch-delete', { body: { ids: [first, first] } });
    expect(world.ledger.map(({ kind, subject }) => `${kind} ${subject}`)).toEqual([`contact_deleted contact:${first}`]);
  });

  it('writes down whose data was seen, and who got e-mail, once each', () => {
    const world = make();
    const [one = '', other = ''] = world.ids()['contact'] ?? [];
    ask(world, `GET /contacts/${one}`);
    ask(world, 'POST /emails', { body: { contacts: [one, other, one], subject: 'Hello' } });
    expect(world.ledger.map(({ kind, subject, write }) => [kind, subject, write])).toEqual([
      ['customer_read', `contact:${one}`, false],
      ['email_sent', `contact:${one}`, true],
      ['email_sent', `contact:${other}`, true],
    ]);
  });
});
