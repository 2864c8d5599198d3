import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { Webhook } from 'standardwebhooks';
import { afterEach, expect, test } from 'vitest';
import { rawUpstream, type RawUpstream } from '../door/raw-upstream.ts';
import { entryOf, forge, recordsOf } from '../journal/rewrite.ts';
import { answers, loopback, type Loopback } from '../notify/loopback.ts';
import { interlock, refundsPolicy, serve, site, token, type Served, type Site } from './served.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';
const HOOK_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
process.env['AUDIT_HOOK_SECRET'] = HOOK_SECRET;

const open: { upstream?: RawUpstream; served?: Served; hook?: Loopback } = {};
afterEach(async () => {
  await open.served?.end('SIGKILL');
  await open.upstream?.close();
  await open.hook?.close();
});

/** A site whose journal is signed, what it is verified with, and the directory of its checkpoints. */
interface Audited extends Site {
  readonly key: string;
  readonly keyFile: string;
  readonly kept: string;
}

async function audited(): Promise<Audited> {
  open.upstream = await rawUpstream((_, wire) => wire.send(OK));
  open.hook = await loopback(answers(204));
  const where = site(
    `${refundsPolicy(open.upstream.origin, 'budgets: [{ max: 500 USD, per: 24h }]')}
checkpoints:
  key: { file: log.key }
  every: 1s
  to:
    - { directory: kept }
    - { directory: not-mounted }
    - { webhook: { url: "${open.hook.url}/checkpoints", secret: { env: AUDIT_HOOK_SECRET } } }
`,
  );
  const base = path.dirname(where.policy);
  const [keyFile, kept] = [path.join(base, 'log.key'), path.join(base, 'kept')];
  mkdirSync(kept);
  const made = await interlock('audit', 'keygen', '--log', 'example.com/refunds', '--out', keyFile);
  expect(made).toMatchObject({ code: 0 });
  return { ...where, key: made.stdout.trim(), keyFile, kept };
}

async function refund(served: Served, bearer: string, charge: string): Promise<string> {
  const response = await fetch(`${served.door}/payments/v1/refunds`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bearer}` },
    body: new URLSearchParams({ charge, amount: '500' }),
  });
  await response.arrayBuffer();
  return response.headers.get('interlock-call') ?? '';
}

async function until(met: () => boolean): Promise<void> {
  while (!met()) await new Promise((resolve) => setTimeout(resolve, 20));
}

function wholeSizesKept({ kept }: Audited): number[] {
  const whole = readdirSync(kept).filter((name) => readFileSync(path.join(kept, name), 'utf8').endsWith('\n'));
  return whole.map((name) => Number(name.split('.')[0]));
}

/** Serves, lets the agent refund twice, looks, and ends the door: cleanly, or not. Gives the calls. */
async function night(where: Audited, signal: NodeJS.Signals, look = async () => {}): Promise<string[]> {
  const served = await serve(where);
  open.served = served;
  const bearer = await token(where, 'refunds-bot');
  const calls = [await refund(served, bearer, 'ch_1'), await refund(served, bearer, 'ch_2')];
  const records = recordsOfSoFar(where);
  await until(() => Math.max(0, ...wholeSizesKept(where)) >= records);
  await look();
  expect(await served.end(signal)).toBe(signal === 'SIGTERM' ? 0 : null);
  return calls;
}

function recordsOfSoFar({ data }: Site): number {
  const segments = path.join(data, 'segments');
  return readdirSync(segments).reduce(
    (sum, name) => sum + readFileSync(path.join(segments, name), 'utf8').split('\n').length - 1,
    0,
  );
}

test(
  'I7 from a night at the door to a proof that an auditor checks with nothing of ours',
  { timeout: 60_000 },
  async () => {
    const where = await audited();
    expect(statSync(where.keyFile).mode & 0o777).toBe(0o600);
    const [call = ''] = await night(where, 'SIGTERM', () => expectShown(where));

    // The directory and the webhook got the same, the newest in any case.
    const notes = readdirSync(where.kept).map((name) => readFileSync(path.join(where.kept, name), 'utf8'));
    const posted = open.hook?.received.map(({ body, headers }) => {
      const event = new Webhook(HOOK_SECRET).verify(body, headers as Record<string, string>);
      return (event as { data: { note: string } }).data.note;
    });
    expect(notes).toEqual(expect.arrayContaining(posted ?? []));
    expect(posted?.at(-1)).toBe(notes.at(-1));
    expect(open.served?.stderr()).toMatch(/Failed to keep a checkpoint at `directory:not-mounted`: ENOENT/);

    const verified = await interlock(
      'audit',
      'verify',
      '--data',
      where.data,
      '--checkpoint',
      where.kept,
      '--key',
      where.key,
    );
    expect(verified).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/checkpoints kept elsewhere hold: the first \d+ records/) as string,
    });

    const out = path.join(path.dirname(where.policy), 'proof.json');
    const proved = await interlock('audit', 'prove', call, '--data', where.data, '--key', where.key, '--out', out);
    expect(proved).toMatchObject({ code: 0, stdout: expect.stringMatching(/create_refund.*verdict allow/) as string });
    expect(await interlock('audit', 'verify-proof', out, '--key', where.key, '--data', '/nowhere')).toMatchObject({
      code: 0,
    });
    expect(await python(out, where.key)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+ call\n\d+ outcome\n$/) as string,
    });

    const text = readFileSync(out, 'utf8');
    writeFileSync(out, text.replace('ch_1', 'ch_9'));
    expect(await interlock('audit', 'verify-proof', out, '--key', where.key)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/proves nothing: record \d+ is not in the log/) as string,
    });
    expect(await python(out, where.key)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/is not in the log/) as string,
    });

    const [first = '', last = ''] = [readdirSync(where.kept).at(0), readdirSync(where.kept).at(-1)];
    const [old, grown] = [path.join(where.kept, first), path.join(where.kept, last)];
    const proof = `${out}.consistency`;
    const consistent = [
      'audit',
      'consistency',
      '--old',
      old,
      '--new',
      grown,
      '--data',
      where.data,
      '--key',
      where.key,
      '--out',
      proof,
    ];
    expect(await interlock(...consistent)).toMatchObject({ code: 0 });
    expect(await interlock('audit', 'verify-proof', proof, '--key', where.key, '--json')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\{"ok":true,"kind":"consistency"/) as string,
    });

    // The key that signs is in no file but its own, and on no stream.
    const secret = readFileSync(where.keyFile, 'utf8').trim().split('+').at(-1) ?? '';
    const files = readdirSync(where.data, { recursive: true, encoding: 'utf8', withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    for (const { parentPath, name } of files)
      expect(readFileSync(path.join(parentPath, name), 'utf8')).not.toContain(secret);
    expect(`${open.served?.stderr()}${verified.stdout}${proved.stdout}`).not.toContain(secret);
  },
);

test(
  'I7 a journal cut behind its last checkpoint, which verifies by itself, is found by the auditor and refused by the door',
  { timeout: 60_000 },
  async () => {
    const where = await audited();
    await night(where, 'SIGKILL');
    // Whatever left the box before the crash is still in the journal.
    const audit = ['audit', 'verify', '--data', where.data, '--checkpoint', where.kept, '--key', where.key];
    expect(await interlock(...audit)).toMatchObject({ code: 0 });
    const records = recordsOf(where.data).map(entryOf);
    const covered = Math.max(...wholeSizesKept(where));
    // As by a kill between a file's beginning and its end: the evidence before it still counts, for both.
    writeFileSync(path.join(where.kept, `${'9'.repeat(12)}.checkpoint`), '');
    expect(await interlock(...audit)).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/Passed over .*9{12}.checkpoint`: it was cut short/) as string,
    });
    forge(where.data, records.slice(0, covered - 1));

    expect(await interlock('audit', 'verify', '--data', where.data)).toMatchObject({ code: 0 });
    expect(await interlock(...audit)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/records were cut off/) as string,
    });
    await expect(serve(where)).rejects.toThrow(/does not have it: records were cut off or changed/);
  },
);

/** `interlock status` says where checkpoints are kept, and which place takes none. */
async function expectShown(where: Audited): Promise<void> {
  const { stdout } = await interlock('status', '--policy', where.policy, '--data', where.data);
  const { checkpoints } = JSON.parse(stdout) as { checkpoints: { places: { place: string }[] } };
  const size: unknown = expect.any(Number);
  expect(checkpoints).toMatchObject({
    key: where.key,
    last: { size },
    places: [
      { kept: { size }, failing: null },
      { kept: null, failing: { detail: 'ENOENT' } },
      { kept: { size }, failing: null },
    ],
  });
  expect(checkpoints.places.map(({ place }) => place.split(':')[0])).toEqual(['directory', 'directory', 'webhook']);
}

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The independent verifier, in another language. */
async function python(proof: string, key: string): Promise<Ran> {
  try {
    const script = path.join(import.meta.dirname, 'verify_proof.py');
    const { stdout, stderr } = await promisify(execFile)('python3', [script, proof, key], { encoding: 'utf8' });
    return { code: 0, stdout, stderr };
  } catch (error) {
    return error as Ran;
  }
}

test('a signing key goes to no place that lacks, and not into the data directory', async () => {
  const keygen = (out: string): Promise<{ code: number | null; stderr: string }> =>
    interlock('audit', 'keygen', '--log', 'example.com/refunds', '--out', out, '--data', data);
  const { data } = site('');
  expect(await keygen(path.join(data, 'log.key'))).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('is in the data directory'),
  });
  expect(await keygen(path.join(data, '..', 'nowhere', 'log.key'))).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('cannot be written (ENOENT)'),
  });
});
