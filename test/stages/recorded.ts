import type { Entry } from '../../src/journal/entry.ts';
import type { TemplatesFile } from '../../src/policy/index.ts';
import { learnTemplates } from '../../src/stages/templates/learn.ts';
import { samplesIn } from '../../src/stages/templates/samples.ts';
import { Agent, AT } from './rig.ts';
import { asked, bodyOf, form, newWorld, paymentsPolicy, recordsOf } from './world-rig.ts';

/** Some sessions of an agent whose writes were really sent. */
export function recorded(sessions = 4): readonly Entry[] {
  const agent = new Agent(paymentsPolicy());
  const world = newWorld(7);
  const records: Entry[] = [];
  let clock = AT;
  const charges = world.ids()['charge'] ?? [];
  for (let index = 0; index < sessions; index += 1) {
    const send = (line: string, body?: string): Record<string, unknown> => {
      clock += 61_000;
      const reading = agent.reading(line, { session: `s${index}`, at: clock, ...(body !== undefined && { body }) });
      const answer = asked(world, reading);
      records.push(...recordsOf(reading, answer));
      return bodyOf(answer) as Record<string, unknown>;
    };
    const more = index % 2 === 0 ? {} : { reason: 'duplicate', 'metadata[order]': `o${index}` };
    for (const at of [0, 1])
      send('POST /v1/refunds', form({ charge: charges[index * 2 + at] ?? '', amount: 100 + index + at, ...more }));
    send('GET /v1/refunds');
    const details = {
      name: `Customer ${index}`,
      email: `c${index}@example.com`,
      ...(index % 2 === 0 && { description: 'x' }),
    };
    const customer = send('POST /v1/customers', form(details));
    send('POST /v1/customers', form({ phone: `+4${index}` }));
    send(`GET /v1/customers/${String(customer.id)}`);
    send(`POST /v1/customers/${String(customer.id)}`, form({ description: `d${index}`, 'metadata[a]': index }));
    send(`GET /v1/customers/${String(customer.id)}`);
    send(`POST /v1/customers/${String(customer.id)}`, form({ name: `n${index}` }));
    send(
      'POST /v1/charges',
      form({ amount: 700 + index, currency: index % 2 === 0 ? 'usd' : 'eur', customer: String(customer.id) }),
    );
    send(
      'POST /v1/charges',
      form({ amount: 900 + index, currency: 'usd', source: 'tok_visa', description: `c${index}` }),
    );
    send('GET /v1/charges');
    send(`GET /v1/charges/ch_missing${index}`);
    send(`GET /v1/refunds/re_missing${index}`);
    send(`DELETE /v1/customers/${String(customer.id)}`);
    send(`GET /v1/customers/${String(customer.id)}`);
  }
  return records;
}

export function learned(): TemplatesFile {
  const policy = paymentsPolicy();
  return learnTemplates(samplesIn(recorded(), policy), policy);
}
