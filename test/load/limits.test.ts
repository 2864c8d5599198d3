import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LIMITS } from '../../src/cli/check/limits.ts';
import { FREEZE_REASON_MAX_CHARACTERS, NOTE_MAX_CHARACTERS } from '../../src/door/answers/local.ts';
import { BODY_MAX_BYTES } from '../../src/door/normal/body.ts';
import { FIELD_DEPTH_MAX, FIELDS_MAX } from '../../src/door/normal/fields.ts';
import { HEADERS_MAX } from '../../src/door/normal/headers.ts';
import { JSON_DEPTH_MAX, JSON_ITEMS_MAX } from '../../src/door/normal/json.ts';
import { NUMBER_CHARS_MAX } from '../../src/door/normal/numbers.ts';
import { TARGET_MAX_CHARS } from '../../src/door/normal/target.ts';
import { HEADERS_MAX_BYTES } from '../../src/door/intake/listener.ts';
import { rig, type Rig } from '../door/open-door.ts';
import { rawUpstream, type RawUpstream } from '../door/raw-upstream.ts';
import { site, refundsPolicy, interlock } from '../cli/served.ts';
import { Client, get } from './socket.ts';

const SRC = path.join(import.meta.dirname, '../../src');
/** Names of constants that bound something, and numbers behind them. */
const BOUND =
  /^(?:export )?const ([A-Z][A-Z0-9_]*(?:MAX|MS|BYTES|KEPT|CHARACTERS|CHARS|SECOND|BURST|EVERY|COUNT|LENGTH|UNSWEPT)[A-Z_]*) = (?=[-\d(A-Z])(?!.*new )[^;]*;$/gm;

/** Folders whose constants bound no running door. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'std/': 'no state: sizes of formats, and what a text may say',
  'lab/': 'the sandbox',
  'warehouse/': 'recordings that a command reads',
  'replay/': 'journals that a command reads',
  'evidence/': 'journals that a command reads',
  'stages/templates/': 'journals that a command reads',
  'gate/': 'journals that a command reads',
  'promotion/': 'what a promotion may say; beyond it, it is refused',
  'report/': 'what a report shows',
  'dashboard/': 'what a page shows, in its own browser',
  'policy/':
    'what a policy may say; beyond it, an error when it is read. Those that bound a running door are in the table',
  'cli/commands/': 'what a command shows or takes',
  'cli/query/': 'what a command shows',
  'cli/tail/': 'what a command shows',
  'cli/status/': 'what a command shows',
  'cli/terminal/': 'what a command shows',
  'cli/doctor/': 'what a command looks at',
  'cli/completion/': 'what a command offers',
  'cli/probe/': 'a search that a command makes',
  'cli/sandbox/': 'the sandbox',
  'cli/report/': 'files that a command reads',
  'journal/proof/': 'what a verifier takes, offline',
  'journal/checkpoint/': 'what a verifier takes, offline; sizes of formats',
  'journal/merkle/': 'sizes of formats',
};

/** What of those folders a running door has all the same. */
const OF_THE_DOOR = ['gate/demotion/'];

/** Constants that bound nothing that could grow or wait. */
const NOT_BOUNDS: Readonly<Record<string, string>> = {
  'control/contract/pace.ts BEAT_EVERY_MS': 'how often a page hears that it is heard',
  'control/live/frames.ts COME_AGAIN_MS': 'how soon a browser comes back',
  'control/live/traffic.ts RATE_SECONDS': 'over how long a pace is taken',
  'engine/window.ts DAY_MS': 'a unit',
  'engine/guards/payment.ts DAY_MS': 'a unit',
  'engine/holds.ts EXPIRED_KEPT_MS': 'when a hold is forgotten; KEPT_MAX bounds how many are kept',
  'engine/keys.ts IN_FLIGHT_RETRY_MS': 'what a denial tells',
  'journal/disk.ts CHUNK_BYTES': 'how a file is read',
  'journal/elapsed.ts RECOVERY_BYTES_MAX': 'how much of a file is looked at, at a start',
  'engine/facts.ts SEGMENT_LENGTH_MAX': 'what a rule takes for a customer; longer, and the call is in no segment',
  'engine/guards/breaker.ts PAUSE_MAX': 'a factor of the pause that the policy sets',
  'engine/guards/budget.ts POTS_UNSWEPT': 'when empty pots are looked for',
  'journal/baseline.ts HOUR_MS': 'a unit',
  'stages/overlay/session.ts ITEM_OVERHEAD_BYTES':
    'how an item is weighed; SESSION_BYTES_MAX bounds how many there are',
  'journal/baseline.ts DAY_MS': 'a unit',
  'journal/chain.ts TAIL_BYTES': 'a format',
  'journal/outbox.ts ID_HASH_LENGTH': 'a format',
  'stages/overlay/listed.ts UNIQUE_LENGTH': 'at least, not at most',
  'journal/entry.ts RESTS_KEPT': 'what a record tells; each of those calls tells more',
  'journal/follow.ts CHUNK_BYTES': 'how a file is read',
  'journal/follow.ts LOOK_BYTES_MAX': 'how a file is read',
  'journal/read.ts CHUNK_BYTES': 'how a file is read',
  'journal/verify.ts CHUNK_BYTES': 'how a file is read',
  'journal/verify.ts LINE_BYTES_MAX': 'the verifier shares no code; it is chain.ts’s',
  'journal/refold/thread.ts ROUNDS_MAX': 'when a reader stops coming closer; what is left is bounded by HEARD_MAX',
  'journal/redecide.ts DIFFERENCES_MAX': 'what a command lists',
  'journal/batch.ts UTF8_BYTES_MAX': 'a unit',
  'journal/batch.ts BATCH_BYTES_START': 'where a buffer begins; PENDING_BYTES_MAX is its end',
  'journal/mend.ts SECTOR_BYTES': 'a unit',
  'journal/reserve.ts PIECE_BYTES': 'how the reserve is given back',
  'journal/reserve.ts FILLER_BYTES': 'how the reserve is written',
  'journal/room.ts READ_OUTCOME_BYTES': 'what a read is counted as while the disk is full',
  'journal/vault/box.ts NONCE_BYTES': 'a format',
  'journal/vault/box.ts TAG_BYTES': 'a format',
  'journal/vault/keys.ts KEY_BYTES': 'a format',
  'journal/vault/keys.ts ID_BYTES': 'a format',
  'journal/vault/seal.ts SALT_BYTES': 'a format',
  'door/operations/erase.ts MENTION_MIN_CHARACTERS': 'at least, not at most',
  'door/operations/standing/ends.ts EXPIRY_NOTICE_MS': 'when people are told',
  'cli/watch-over.ts LOOK_MS': 'when people are told',
  'door/privacy/person.ts PERSON_LENGTH_MAX': 'what is taken for a name',
  'door/intake/collect.ts LARGE_BYTES': 'how a body is gathered; BODIES_MAX_BYTES bounds it',
  'door/judge/recall.ts CHANGES_MAX': 'what one denial tells',
  'door/judge/recall.ts DEPTH_MAX': 'how deep one answer is looked into; LEAVES_MAX bounds what is kept',
  'door/key/forms.ts SECRET_LENGTH_MIN': 'at least, not at most',
  'door/key/forms.ts ESCAPE_LENGTH_MAX': 'a format',
  'door/key/coding.ts PIECE_BYTES': 'how an answer is expanded',
  'door/answers/refusals.ts METHOD_KEPT_CHARACTERS': 'what one record shows',
  'door/answers/refusals.ts TARGET_KEPT_CHARACTERS': 'what one record shows',
  'door/flight/answer-headers.ts STATUS_MAX': 'a format',
  'control/log/fault.ts FRAMES_MAX': 'what one line shows',
  'control/log/fields.ts VALUE_LENGTH_MAX': 'what one line shows',
  'control/log/fields.ts FRAMES_LENGTH_MAX': 'what one line shows',
  'door/recorder/secrets.ts SURE_LENGTH_MIN': 'at least, not at most',
  'door/normal/refusal.ts SHOWN_CHARS_MAX': 'what one problem shows',
  'door/normal/token.ts TOKEN_CHARS': 'a format',
  'notify/channels.ts SIGNING_SECRET_BYTES_MIN': 'at least, not at most',
  'notify/pagerduty.ts SUMMARY_LENGTH_MAX': 'what a page shows',
  'notify/told.ts TITLE_LENGTH_MAX': 'what a page shows',
  'notify/told.ts VALUE_LENGTH_MAX': 'what a page shows',
  'notify/told.ts NAME_LENGTH_MAX': 'what a page shows',
  'notify/post.ts SECRET_LENGTH_MIN': 'at least, not at most',
  'notify/post.ts DETAIL_LENGTH_MAX': 'what one record shows',
  'notify/slack.ts HEADER_LENGTH_MAX': 'what a page shows',
  'notify/slack.ts SECTION_LENGTH_MAX': 'what a page shows',
  'notify/trail.ts SUBJECT_LENGTH_MAX': 'what a page shows',
};

const listed = Object.values(LIMITS).flat();

describe('every bound of a running door has a name, and stands in `interlock check --limits`', () => {
  const found = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) =>
      [...readFileSync(path.join(SRC, file), 'utf8').matchAll(BOUND)].map(([, name]) => ({
        file,
        key: `${file} ${name}`,
      })),
    );

  test('none is missing', () => {
    const shown = new Set(listed.map(({ file, name }) => `${file} ${name}`));
    const missing = found.filter(
      ({ file, key }) =>
        !shown.has(key) &&
        !(key in NOT_BOUNDS) &&
        (OF_THE_DOOR.some((folder) => file.startsWith(folder)) ||
          !Object.keys(ELSEWHERE).some((folder) => file.startsWith(folder))),
    );
    expect(missing.map(({ key }) => key)).toEqual([]);
    expect(found.length).toBeGreaterThan(100);
  });

  test('none is listed that is not there, nor twice', () => {
    const keys = listed.map(({ file, name }) => `${file} ${name}`);
    for (const { file, name } of listed) {
      expect(readFileSync(path.join(SRC, file), 'utf8'), `${file} ${name}`).toMatch(new RegExp(`const ${name} = `));
    }
    expect(new Set(keys).size).toBe(keys.length);
    const there = new Set(found.map(({ key }) => key));
    expect(Object.keys(NOT_BOUNDS).filter((key) => !there.has(key))).toEqual([]);
  });

  test('each says what it bounds and what happens beyond', () => {
    for (const { name, bounds, beyond, value } of listed) {
      expect([name, bounds, beyond].every((text) => text.length > 2)).toBe(true);
      expect(value).toBeGreaterThan(0);
    }
  });

  test('the command shows them, with what the policy says of each upstream', async () => {
    const upstream = 'http://127.0.0.1:1';
    const { policy } = site(refundsPolicy(upstream, 'inflight: 7'));
    const { stdout, code } = await interlock('check', policy, '--limits', '--json');
    expect(code).toBe(0);
    const told = JSON.parse(stdout) as { limits: readonly object[]; upstreams: readonly object[] };
    expect(told.limits).toHaveLength(listed.length);
    expect(told.upstreams).toEqual([
      {
        upstream: 'payments',
        connections: 512,
        waiting: 1_024,
        inflight: null,
        headTimeoutMs: 60_000,
        idleTimeoutMs: 60_000,
        totalTimeoutMs: 900_000,
      },
    ]);
  });
});

describe('beyond it happens what the table says', () => {
  let upstream: RawUpstream;
  let door: Rig;
  beforeAll(async () => {
    upstream = await rawUpstream((_, wire) => wire.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'));
    const routes =
      'write: { match: POST /v1/write, upstream: api, effect: write }\nread: { match: GET /v1/read, upstream: api, effect: read }';
    door = await rig(upstream.origin, { routes, allow: '[read, write]' });
  });
  afterAll(async () => {
    await door.close();
    await upstream.close();
  });

  const write = (body: string, type = 'application/json', target = '/v1/write'): string =>
    `POST ${target} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${door.token}\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  const FORM = 'application/x-www-form-urlencoded';
  const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
  const headers = (count: number): string => Array.from({ length: count }, (_, index) => `X-A${index}: 1\r\n`).join('');

  test.each<[name: string, within: () => string, beyond: () => string]>([
    [
      'HEADERS_MAX',
      () => get('/v1/read', door.token, headers(HEADERS_MAX - 2)),
      () => get('/v1/read', door.token, headers(HEADERS_MAX - 1)),
    ],
    [
      'HEADERS_MAX_BYTES',
      () => get('/v1/read', door.token, `X-A: ${'a'.repeat(HEADERS_MAX_BYTES - 500)}\r\n`),
      () => get('/v1/read', door.token, `X-A: ${'a'.repeat(HEADERS_MAX_BYTES)}\r\n`),
    ],
    [
      'TARGET_MAX_CHARS',
      () => get(`/v1/read?a=${'a'.repeat(TARGET_MAX_CHARS - 20)}`, door.token),
      () => get(`/v1/read?a=${'a'.repeat(TARGET_MAX_CHARS)}`, door.token),
    ],
    [
      'BODY_MAX_BYTES',
      () => write(`{"a":"${'x'.repeat(BODY_MAX_BYTES - 8)}"}`),
      () => write(`{"a":"${'x'.repeat(BODY_MAX_BYTES)}"}`),
    ],
    ['JSON_DEPTH_MAX', () => write(nested(JSON_DEPTH_MAX)), () => write(nested(JSON_DEPTH_MAX + 1))],
    [
      'JSON_ITEMS_MAX',
      () => write(`{"a":[${'1,'.repeat(JSON_ITEMS_MAX / 2)}1]}`),
      () => write(`{"a":[${'1,'.repeat(JSON_ITEMS_MAX + 1)}1]}`),
    ],
    ['NUMBER_CHARS_MAX', () => write('{"a":12}'), () => write(`{"a":0.${'1'.repeat(NUMBER_CHARS_MAX)}}`)],
    [
      'FIELDS_MAX',
      () => write(Array.from({ length: FIELDS_MAX }, (_, index) => `a${index}=1`).join('&'), FORM),
      () => write(Array.from({ length: FIELDS_MAX + 1 }, (_, index) => `a${index}=1`).join('&'), FORM),
    ],
    [
      'FIELD_DEPTH_MAX',
      () => write(`a${'[b]'.repeat(FIELD_DEPTH_MAX - 1)}=1`, FORM),
      () => write(`a${'[b]'.repeat(FIELD_DEPTH_MAX + 1)}=1`, FORM),
    ],
    [
      'NOTE_MAX_CHARACTERS',
      () => write(`{"text":"${'x'.repeat(NOTE_MAX_CHARACTERS)}"}`, 'application/json', '/.interlock/notes'),
      () => write(`{"text":"${'x'.repeat(NOTE_MAX_CHARACTERS + 1)}"}`, 'application/json', '/.interlock/notes'),
    ],
    [
      'FREEZE_REASON_MAX_CHARACTERS',
      () => get('/v1/read', door.token),
      () =>
        write(`{"reason":"${'x'.repeat(FREEZE_REASON_MAX_CHARACTERS + 1)}"}`, 'application/json', '/.interlock/freeze'),
    ],
  ])('%s', async (name, within, beyond) => {
    const asked = async (bytes: string): Promise<number | undefined> => {
      const client = new Client(door.url);
      client.send(bytes);
      const [status] = await client.answers(1);
      client.end();
      return status;
    };
    expect(await asked(within())).toBeLessThan(300);
    const row = listed.find((limit) => limit.name === name);
    expect(row?.beyond).toContain(String(await asked(beyond())));
  });
});
