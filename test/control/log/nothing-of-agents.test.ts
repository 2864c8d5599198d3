import { connect } from 'node:net';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { prng } from '../../../src/std/prng.ts';
import { tracesOf } from '../../cli/traces.ts';
import { UPSTREAM_KEY } from '../../cli/served.ts';
import { Live, RULES } from '../../faults/live.ts';

/** What must not be found: each is planted in one place, so that a leak names where it came from. */
const random = prng(20_261_128);
const plant = (where: string): string =>
  `${where}${Array.from({ length: 14 }, () => 'abcdefghijkmnpqrstuvwxyz'[random.below(24)]).join('')}`;
const PLANTED = {
  path: plant('pa'),
  query: plant('qu'),
  subject: plant('su'),
  customer: plant('cu'),
  card: '4242424242424242',
  mail: `${plant('ma')}@example.com`,
  header: plant('he'),
  agentName: plant('ua'),
  session: plant('se'),
  key: plant('ke'),
  broken: plant('br'),
  note: plant('no'),
  freeze: plant('fr'),
  token: plant('to'),
  answer: plant('an'),
  answerHeader: plant('ah'),
  status: plant('st'),
  operator: plant('op'),
  reason: plant('re'),
  task: plant('ta'),
  method: 'PLANTEDXMETHODQ',
};

let live: Live | undefined;
afterEach(() => live?.close());

const answered = (status: number, body: string): string =>
  `HTTP/1.1 ${status} ${PLANTED.status}\r\nX-Answer: ${PLANTED.answerHeader}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

/** What an HTTP library would not send. */
async function raw(door: string, bytes: string): Promise<void> {
  const { hostname, port } = new URL(door);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  socket.end(bytes, 'latin1');
  socket.resume();
  await once(socket, 'close');
}

test.each(['json', 'text'])(
  'at level trace, as %s, the log has nothing that an agent, an upstream or a person wrote',
  async (format) => {
    const rules = `${RULES}approval: [{ route: create_refund, above: 100 USD, expires: 30m }]\nrates: [{ route: get_charge, max: 30, per: 1h }]\n`;
    live = await Live.open({ more: ['--log', format, '--log-level', 'trace'], rules }, ({ target }, wire) => {
      const body = JSON.stringify({ name: PLANTED.answer, card: PLANTED.card });
      if (target.includes('rst')) return wire.rst();
      if (target.includes('garbled')) return wire.send(`HTTP/1.1 999 ${PLANTED.answer}\r\n\r\n`);
      return wire.send(answered(target.includes('500') ? 500 : 200, body));
    });
    const door = live.served.door;
    const grant = {
      agent: 'refunds-bot',
      task: PLANTED.task,
      expiresMs: 3_600_000,
      routes: null,
      parent: null,
      by: PLANTED.operator,
    };
    const { token } = (await live.control('/v1/grants', grant)) as { token: string };
    const all = {
      authorization: `Bearer ${token}`,
      'x-customer': PLANTED.header,
      'user-agent': PLANTED.agentName,
      'interlock-session': PLANTED.session,
    };
    let asked = 0;
    const ask = (route: string, init: RequestInit = {}): Promise<Response> =>
      fetch(door + route, {
        ...init,
        headers: {
          ...all,
          'idempotency-key': `${PLANTED.key}${(asked += 1)}`,
          ...(init.headers as Record<string, string>),
        },
      });
    const json = (body: unknown): RequestInit => ({
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });

    for (const id of [PLANTED.path, 'rst', '500', 'garbled'])
      await ask(`/payments/v1/charges/${id}?email=${PLANTED.query}`).catch(() => undefined);
    await ask(`/payments/${PLANTED.path}/nowhere`);
    await ask(`/${PLANTED.path}`);
    const fields = { customer: PLANTED.customer, email: PLANTED.mail, card: PLANTED.card };
    for (const amount of [10, 20_000]) {
      await ask('/payments/v1/refunds', {
        method: 'POST',
        body: new URLSearchParams({ charge: `${PLANTED.subject}${amount}`, amount: String(amount), ...fields }),
      });
    }
    await ask('/payments/v1/refunds', json({ charge: PLANTED.subject, amount: PLANTED.customer, ...fields }));
    await ask('/payments/v1/refunds', json(`{"charge": "${PLANTED.broken}`));
    await ask('/payments/v1/refunds', json(`{"a": "${PLANTED.broken}", "a": 1}`));
    await ask('/.interlock/notes', json({ text: PLANTED.note }));
    await fetch(`${door}/payments/v1/charges/x`, { headers: { authorization: `Bearer ${PLANTED.token}` } });
    await raw(door, `${PLANTED.method} /${PLANTED.path} HTTP/1.1\r\nHost: ${PLANTED.header}\r\n\r\n`);
    await raw(door, `GET / HTTP/9.9\r\n${PLANTED.broken}\r\n\r\n`);
    for (let loop = 0; loop < 40; loop += 1) await ask(`/payments/v1/charges/${PLANTED.path}${loop}`);
    const [held] = (await live.control('/v1/holds')) as { call: string }[];
    const word = { by: PLANTED.operator, reason: PLANTED.reason };
    await live.control(`/v1/holds/${held?.call}/reject`, word);
    await ask('/.interlock/freeze', json({ reason: PLANTED.freeze }));
    await live.control('/v1/agents/refunds-bot/resume', word);
    await live.control('/v1/agents/refunds-bot/kill', word);
    const { control } = live.served;
    await fetch(`${control}/v1/status`, { headers: { authorization: `Bearer ${PLANTED.token}` } });
    await fetch(`${control}/sign-in`, { method: 'POST', body: new URLSearchParams({ token: PLANTED.token }) });
    await fetch(`${control}/${PLANTED.path}`);
    await live.served.end('SIGTERM');

    const log = live.served.stderr();
    expect(tracesOf(log, [...Object.values(PLANTED), UPSTREAM_KEY, token])).toEqual([]);
    // It was not for want of lines: every kind of event is in it, with its call.
    for (const words of [
      'allowed',
      'denied',
      'held: a person',
      'ended',
      'refused before',
      'is frozen',
      'is resumed',
      'is killed',
      'a note',
      'a held call is refused',
      'a grant is made',
    ]) {
      expect(log, words).toContain(words);
    }
    expect(log.match(/call_[0-9a-z]+/g)?.length).toBeGreaterThan(20);
    if (format === 'json') for (const line of log.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('level');
  },
  30_000,
);
