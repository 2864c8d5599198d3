import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OutcomeEntry, Recorded } from '../../src/journal/index.ts';
import { readAnswers } from './fuzz/answers.ts';
import { TRANSPORTS, type TransportName } from './fuzz/arena.ts';
import { KEY, rig, type Rig } from './open-door.ts';
import { exchange } from './raw-client.ts';
import { rawUpstream, type RawUpstream, type Wire } from './raw-upstream.ts';

/** What a hostile or broken upstream answers, and what must come of it. Texts are latin-1. */
interface UpstreamRow {
  readonly id: string;
  readonly what: string;
  readonly bytes: string;
  readonly last?: 'fin' | 'rst';
  /** The statuses that the agent may be told; `cut`: a head, and a body that breaks off. */
  readonly told: readonly (number | 'cut')[];
  /** What the journal must say of the outcome of a write. */
  readonly outcome: { readonly effectiveness: string; readonly failure: string | null };
}

const row = (
  id: string,
  what: string,
  told: UpstreamRow['told'],
  failure: string | null,
  bytes: string,
  last?: UpstreamRow['last'],
): UpstreamRow => ({
  id,
  what,
  bytes,
  told,
  // A head that says 200 tells that the write took effect, whatever becomes of the body.
  outcome: { effectiveness: failure === null || told.includes('cut') ? 'effective' : 'unknown', failure },
  ...(last !== undefined && { last }),
});

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';
const OK = `${HEAD}Content-Length: 2\r\n\r\n{}`;
const EVIL = `${HEAD}Content-Length: 13\r\n\r\n{"evil":true}`;

const ROWS: readonly UpstreamRow[] = [
  row('U01', 'status 000', [502], 'invalid', 'HTTP/1.1 000 X\r\nContent-Length: 0\r\n\r\n'),
  row('U02', 'Trailer without chunked', [200], null, `${HEAD}Trailer: x\r\nContent-Length: 2\r\n\r\n{}`),
  row('U05', 'unsolicited 101', [502], 'invalid', 'HTTP/1.1 101 S\r\nConnection: upgrade\r\nUpgrade: foo\r\n\r\nxxx'),
  row('U07', 'RST in mid body', ['cut'], 'reset', `${HEAD}Content-Length: 100\r\n\r\nhalf`, 'rst'),
  row('U07', 'FIN in mid body', ['cut'], 'reset', `${HEAD}Content-Length: 100\r\n\r\nhalf`, 'fin'),
  row('U07', 'FIN in a chunk', ['cut'], 'reset', `${HEAD}Transfer-Encoding: chunked\r\n\r\n9\r\nhalf`, 'fin'),
  row('U08', 'silence', [504], 'timeout', ''),
  row('U08', 'silence in the head', [504], 'timeout', 'HTTP/1.1 200 OK\r\nX-A'),
  row('U08', 'silence in the body', ['cut'], 'timeout', `${HEAD}Content-Length: 100\r\n\r\nhalf`),
  row('U11', 'RST before any byte', [502], 'reset', '', 'rst'),
  row('U11', 'FIN before any byte', [502], 'reset', '', 'fin'),
  row('U13', 'folded header', [502], 'invalid', 'HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 0\r\n\r\n'),
  row(
    'U14',
    'cookie and echoed key',
    [200],
    null,
    `${HEAD}Set-Cookie: s=1\r\nX-Echo: Bearer ${KEY}\r\nContent-Length: 2\r\n\r\n{}`,
  ),
  row(
    'U14',
    'speaking for the door',
    [200],
    null,
    `${HEAD}Interlock-Call: call_0\r\nInterlock-Verdict: deny\r\nContent-Length: 2\r\n\r\n{}`,
  ),
  row('L11', 'a flood of 103', [502], 'invalid', 'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n'.repeat(1_000)),
  row('L11', 'a 103 before the answer', [200], null, `HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n${OK}`),
  row('U15', 'two lengths', [502], 'invalid', `${HEAD}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} `),
  row(
    'U15',
    'length and chunks',
    [502],
    'invalid',
    `${HEAD}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
  ),
  row('U16', 'a second answer nobody asked for', [200], null, OK + EVIL),
  row('U17', 'another protocol', [502], 'invalid', 'SSH-2.0-OpenSSH_9.6\r\n'),
];

const ROUTES = `
read: { match: "GET /v1/reads/{id}", upstream: api, effect: read }
write: { match: "POST /v1/writes/{id}", upstream: api, effect: write }
`;

describe.each(Object.keys(TRANSPORTS) as TransportName[])('what a hostile upstream answers, over %s', (transport) => {
  let upstream: RawUpstream;
  let door: Rig;
  beforeAll(async () => {
    upstream = await rawUpstream((_, wire) => wire.send(OK));
    const limits = { headTimeoutMs: 150, idleTimeoutMs: 150, connectionsMax: 8 };
    door = await rig(upstream.origin, {
      routes: ROUTES,
      allow: '[read, write]',
      transport: (origin) => TRANSPORTS[transport](origin, limits, { secrets: [KEY], network: 'loopback' }),
    });
  });
  afterAll(async () => {
    await door.close();
    await upstream.close();
  });

  const ask = async (line: string): Promise<{ readonly text: string; readonly statuses: readonly number[] }> => {
    const raw = `${line} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${door.token}\r\n${line.startsWith('POST') ? 'Content-Length: 0\r\n' : ''}Connection: close\r\n\r\n`;
    const { text } = await exchange(door.url, [raw], 'patient');
    return { text, statuses: readAnswers(text).answers.map(({ status }) => status) };
  };
  const outcomeOf = async (): Promise<Recorded<OutcomeEntry>> => {
    for (;;) {
      const last = (await door.records()).at(-1);
      if (last?.kind === 'outcome') return last;
    }
  };
  const misbehave = async ({ bytes, last }: UpstreamRow, wire: Wire): Promise<void> => {
    await wire.send(bytes);
    if (last === 'fin') wire.fin();
    if (last === 'rst') wire.rst();
  };

  test.each(ROWS)('$id $what', async (hostile) => {
    const before = upstream.requests.length;
    upstream.act((_, wire) => misbehave(hostile, wire));
    const { text, statuses } = await ask('POST /v1/writes/w_1');
    const told = statuses[0] ?? (text.includes('HTTP/1.1 200 ') ? 'cut' : undefined);
    expect(hostile.told, text).toContain(told);
    expect(statuses.length, text).toBeLessThan(2);
    expect(text).not.toContain(KEY);
    expect(text.toLowerCase()).not.toMatch(/^(set-cookie|trailer|location|x-echo):/m);
    expect(text.match(/^interlock-call: .*$/gm)).toEqual([expect.stringMatching(/^interlock-call: call_\w{10,}\r?$/)]);
    expect(await outcomeOf()).toMatchObject(hostile.outcome);
    // I5: whatever the upstream does, nothing is sent a second time.
    expect(upstream.requests.length - before).toBe(1);

    // The next call gets its own answer, whatever was left on a connection.
    upstream.act((_, wire) => wire.send(`${HEAD}Content-Length: 13\r\n\r\n{"mine":true}`));
    const next = await ask('GET /v1/reads/r_1');
    expect(next.statuses).toEqual([200]);
    expect(next.text).toContain('{"mine":true}');
    await outcomeOf();
  });

  test('U04 a control byte in the reason is never passed on', async () => {
    upstream.act((_, wire) => wire.send('HTTP/1.1 200 O\x01K\r\nContent-Length: 0\r\n\r\n'));
    const { text, statuses } = await ask('GET /v1/reads/r_1');
    expect([[200], [502]]).toContainEqual(statuses);
    expect(text).not.toContain('\x01');
    await outcomeOf();
  });

  test.each([301, 302, 303, 307, 308])('U10 a %s to an internal host is not followed, and not told', async (status) => {
    const before = upstream.requests.length;
    const elsewhere = 'Location: http://169.254.169.254/latest\r\n';
    upstream.act((_, wire) => wire.send(`HTTP/1.1 ${status} F\r\n${elsewhere}Content-Length: 0\r\n\r\n`));
    const { text, statuses } = await ask('GET /v1/reads/r_1');
    expect(statuses).toEqual([status]);
    expect(text).not.toMatch(/location|169\.254/i);
    expect(upstream.requests.length - before).toBe(1);
    await outcomeOf();
  });
});
