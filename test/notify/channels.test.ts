import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { NotifyChannel } from '../../src/policy/index.ts';
import type { Channel, Delivery } from '../../src/notify/channel.ts';
import { openChannels } from '../../src/notify/channels.ts';
import type { Page } from '../../src/notify/page.ts';
import { testPage } from '../../src/notify/test-page.ts';
import { rawUpstream } from '../door/raw-upstream.ts';
import { LOOPBACK } from '../door/transports/identities.ts';
import { answers, loopback, type Answer, type Loopback } from './loopback.ts';
import { EVERYTHING } from './records.ts';
import { asPagerDuty, asPagerDutyChange, asSlack, asWebhook } from './wire-formats.ts';

const ROUTING_KEY = 'R0123456789abcdef0123456789abcde';
const SIGNING_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const SLACK_PATH = '/services/T00000001/B00000002/XXXXsecretXXXX';

const open: { server?: Loopback; channels: Channel[] } = { channels: [] };
afterEach(async () => {
  await Promise.all(open.channels.splice(0).map((channel) => channel.close()));
  await open.server?.close();
});

const KINDS = ['pagerduty', 'slack', 'webhook'] as const;
type Kind = (typeof KINDS)[number];

/** A channel of each kind to a server that answers so. */
async function channelTo(kind: Kind, answer: Answer): Promise<{ channel: Channel; server: Loopback }> {
  const server = (open.server = await loopback(answer));
  const terms = { name: `${kind}:test`, on: EVERYTHING, env: 'SECRET' };
  const channel: Record<Kind, NotifyChannel> = {
    pagerduty: { ...terms, kind: 'pagerduty', url: server.url },
    slack: { ...terms, kind: 'slack' },
    webhook: { ...terms, kind: 'webhook', url: `${server.url}/hook` },
  };
  const secret = { pagerduty: ROUTING_KEY, slack: server.url + SLACK_PATH, webhook: SIGNING_SECRET }[kind];
  const opened = openChannels([channel[kind]], { SECRET: secret });
  if (!opened.ok) throw new Error(opened.failure.join());
  const [one] = opened.value;
  if (one === undefined) throw new Error('no channel');
  open.channels.push(one);
  return { channel: one, server };
}

const send = (channel: Channel, page: Page, signal = new AbortController().signal): Promise<Delivery> =>
  channel.send(page, Date.now(), signal);

const PAGE: Page = {
  ...testPage('page_17_9f86d081884c', 'production', Date.UTC(2026, 0, 2, 3, 4, 5)),
  incident: 'page_12_4b227777d4dd',
  kind: 'freeze',
  agent: 'refunds-bot',
  severity: 'critical',
  title: 'refunds-bot was killed: budget exceeded',
  reason: 'budget_exceeded',
  commands: ["npx interlock resume refunds-bot --by YOU --reason '…' --data /srv/interlock"],
};

describe('PagerDuty', () => {
  test('is told of a freeze with every field it knows, under the key of the incident', async () => {
    const { channel, server } = await channelTo('pagerduty', answers(202, '{"status":"success"}'));
    expect(await send(channel, PAGE)).toMatchObject({ kind: 'sent', status: 202 });
    expect(server.received.map(asPagerDuty)).toMatchObject([
      {
        routing_key: ROUTING_KEY,
        event_action: 'trigger',
        dedup_key: 'page_12_4b227777d4dd',
        payload: {
          summary: 'refunds-bot was killed: budget exceeded',
          severity: 'critical',
          timestamp: '2026-01-02T03:04:05.000Z',
          component: 'refunds-bot',
          group: 'production',
          class: 'budget_exceeded',
        },
      },
    ]);
  });

  test('is told of a resume as the end of that incident', async () => {
    const { channel, server } = await channelTo('pagerduty', answers(202));
    await send(channel, { ...PAGE, kind: 'resume', ends: true, id: 'page_30_abc' });
    expect(server.received.map(asPagerDuty)).toEqual([
      { routing_key: ROUTING_KEY, event_action: 'resolve', dedup_key: 'page_12_4b227777d4dd' },
    ]);
  });
});

describe('PagerDuty and stages', () => {
  test('a promotion that ends nothing wakes nobody: it is a change', async () => {
    const { channel, server } = await channelTo('pagerduty', answers(202));
    await send(channel, { ...PAGE, kind: 'stage', severity: 'info' });
    expect(server.received.map(asPagerDutyChange)).toMatchObject([
      { routing_key: ROUTING_KEY, payload: { summary: PAGE.title, timestamp: '2026-01-02T03:04:05.000Z' } },
    ]);
  });

  test('a demotion is an incident, and the promotion after it the end of that', async () => {
    const { channel, server } = await channelTo('pagerduty', answers(202));
    await send(channel, { ...PAGE, kind: 'stage', severity: 'critical' });
    await send(channel, { ...PAGE, kind: 'stage', severity: 'info', ends: true });
    const actions = server.received.map(asPagerDuty).map(({ event_action: action, dedup_key: key }) => [action, key]);
    expect(actions).toEqual([
      ['trigger', PAGE.incident],
      ['resolve', PAGE.incident],
    ]);
  });
});

describe('a webhook', () => {
  test.each([
    ['freeze', 'agent.frozen'],
    ['hold', 'call.held'],
    ['resume', 'agent.resumed'],
    ['stage', 'agent.stage'],
    ['test', 'page.test'],
  ] as const)('of a %s is a signed %s', async (kind, type) => {
    const { channel, server } = await channelTo('webhook', answers(204));
    expect(await send(channel, { ...PAGE, kind })).toMatchObject({ kind: 'sent', status: 204 });
    const [received] = server.received;
    if (received === undefined) throw new Error('nothing arrived');
    expect(asWebhook(received, SIGNING_SECRET)).toMatchObject({ id: PAGE.id, type, data: { page: PAGE.id } });
    const forged = { ...received, body: received.body.replace('refunds-bot', 'refunds-bat') };
    expect(() => asWebhook(forged, SIGNING_SECRET)).toThrow('No matching signature');
  });
});

describe('Slack', () => {
  test('gets a message whose words cannot mark up, mention or break anything, whatever an agent wrote', async () => {
    const { channel, server } = await channelTo('slack', answers(200, 'ok'));
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 400 }), async (words) => {
        const title = `<!channel> & ${words}`;
        const before = server.received.length;
        await send(channel, { ...PAGE, title, facts: [{ name: 'Rule', value: title }], commands: [`npx ${title}`] });
        const [received] = server.received.slice(before);
        if (received === undefined) throw new Error('nothing arrived');
        const { text, blocks } = asSlack(received);
        for (const shown of [text, ...blocks.map((block) => block.text.text)]) {
          expect(shown).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
        }
        const code = blocks.find((block) => block.text.type === 'mrkdwn');
        expect(code?.text.text.split('```')).toHaveLength(3);
      }),
      { numRuns: 100 },
    );
    expect(server.received[0]?.path).toBe(SLACK_PATH);
  });
});

describe.each(KINDS)('%s, like every channel,', (kind) => {
  test.each([302, 307, 400, 404, 429, 500])('takes %i for a failure, and follows no redirect', async (status) => {
    const elsewhere = { location: '/elsewhere', 'retry-after': '7' };
    const { channel, server } = await channelTo(kind, answers(status, 'no', elsewhere));
    expect(await send(channel, PAGE)).toEqual({
      kind: 'failed',
      status,
      detail: `answered ${status}: no`,
      retryAfterMs: 7_000,
    });
    expect(server.received).toHaveLength(1);
  });

  test('reads Retry-After as a date too', async () => {
    const inAMinute = new Date(Date.now() + 61_000).toUTCString();
    const { channel } = await channelTo(kind, answers(503, '', { 'retry-after': inAMinute }));
    const delivery = await send(channel, PAGE);
    expect(delivery).toMatchObject({ kind: 'failed', status: 503 });
    expect(delivery.kind === 'failed' && delivery.retryAfterMs).toBeGreaterThan(50_000);
  });

  test('keeps its secret to itself when the other side repeats all that it was sent', async () => {
    const { channel } = await channelTo(kind, (response, { path, headers, body }) =>
      response.writeHead(400).end(`${SIGNING_SECRET} ${path} ${body} ${JSON.stringify(headers)}`.slice(0, 900)),
    );
    const text = JSON.stringify(await send(channel, PAGE));
    expect(text).toContain('answered 400');
    for (const secret of [ROUTING_KEY, SLACK_PATH, 'XXXXsecretXXXX']) expect(text).not.toContain(secret);
    if (kind === 'webhook') expect(text).not.toContain(SIGNING_SECRET.slice(6));
  });

  test('has given its page once the head of a good answer is there, whether its end comes or not', async () => {
    const { channel } = await channelTo(kind, (response) => void response.writeHead(200).write('o'));
    for (let index = 0; index < 6; index += 1) expect(await send(channel, PAGE)).toEqual({ kind: 'sent', status: 200 });
  });

  test('reads no more of an endless answer than it shows', async () => {
    const { channel } = await channelTo(kind, (response) => {
      response.writeHead(500);
      const more = (): void =>
        void (response.write('x'.repeat(65_536)) ? setImmediate(more) : response.once('drain', more));
      more();
    });
    const delivery = await send(channel, PAGE);
    expect(delivery).toMatchObject({ kind: 'failed', status: 500 });
    expect(JSON.stringify(delivery).length).toBeLessThanOrEqual(300);
  });

  test('tells of a server that is not there by a code alone, and of one that hangs when nobody waits any more', async () => {
    const { channel, server } = await channelTo(kind, () => undefined);
    const aborter = new AbortController();
    const hanging = send(channel, PAGE, aborter.signal);
    await server.arrived(1);
    aborter.abort();
    expect(await hanging).toMatchObject({
      kind: 'failed',
      status: null,
      detail: expect.stringMatching(/^no answer: \w+$/) as string,
    });
    await server.close();
    delete open.server;
    expect(await send(channel, PAGE)).toMatchObject({
      kind: 'failed',
      status: null,
      detail: 'no answer: ECONNREFUSED',
    });
  });
});

test('a server that nobody vouches for gets no page, even where the process was told to trust everyone', async () => {
  const upstream = await rawUpstream((_, wire) => wire.send('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'), {
    tls: LOOPBACK,
  });
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
  try {
    const url = `https://localhost:${upstream.origin.port}`;
    const opened = openChannels([{ ...PAGERDUTY, url }], { PD: ROUTING_KEY });
    if (!opened.ok || opened.value[0] === undefined) throw new Error('no channel');
    open.channels.push(opened.value[0]);
    const delivery = await send(opened.value[0], PAGE);
    expect(delivery).toMatchObject({
      kind: 'failed',
      status: null,
      detail: expect.stringMatching(/SELF_SIGNED|CERT/) as string,
    });
    expect(upstream.requests).toEqual([]);
  } finally {
    delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    await upstream.close();
  }
});

const WEBHOOK: NotifyChannel = {
  kind: 'webhook',
  name: 'webhook:x',
  on: EVERYTHING,
  env: 'HOOK',
  url: 'https://x.example',
};
const SLACK: NotifyChannel = { kind: 'slack', name: 'slack:S', on: EVERYTHING, env: 'SLACK' };
const PAGERDUTY = {
  kind: 'pagerduty',
  name: 'pagerduty:PD',
  on: EVERYTHING,
  env: 'PD',
  url: 'https://x.example',
} as const satisfies NotifyChannel;

test.each<[string, NotifyChannel, string | undefined]>([
  ['that is missing', PAGERDUTY, undefined],
  ['that is empty', SLACK, ''],
  ['with a line end from a file', PAGERDUTY, 'key_4711_topsecret\n'],
  ['that is no address', SLACK, 'T00000001/B00000002/topsecret'],
  ['that is an address without TLS', SLACK, 'http://hooks.slack.example/topsecret'],
  ['that is no base64', WEBHOOK, 'whsec_topsecret!'],
  ['that is too short to sign with', WEBHOOK, `whsec_${Buffer.from('topsecret').toString('base64')}`],
])('a secret %s is refused by the name of its variable, and not repeated', (_, channel, secret) => {
  const opened = openChannels([channel], { [channel.env]: secret });
  const told = opened.ok ? '' : opened.failure.join('\n');
  expect(told).toContain(`Failed to open the channel \`${channel.name}\`: the environment variable ${channel.env} `);
  expect(told).not.toMatch(/topsecret|dG9wc2VjcmV0/);
});
