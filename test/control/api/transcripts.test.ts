import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { refundsPolicy, serve, site, token } from '../../cli/served.ts';
import { rawUpstream } from '../../door/raw-upstream.ts';

const PAGE = path.join(import.meta.dirname, '../../../docs/control-room.md');

/** What is typed, and what came. */
function transcripts(): readonly { readonly typed: string; readonly came: string }[] {
  const [, section = ''] = readFileSync(PAGE, 'utf8').split('\n## The API\n');
  const [own = ''] = section.split(/\n## /);
  const blocks = [...own.matchAll(/```(sh|json)\n(.*?)```/gs)].map(([, kind, text = '']) => ({ kind, text }));
  return blocks.flatMap(({ kind, text }, index) =>
    kind === 'sh' ? [{ typed: text, came: blocks[index + 1]?.text ?? '' }] : [],
  );
}

test('what the page has typed at the API comes as it stands there', async () => {
  const answer = '{"id":"ch_1"}';
  const upstream = await rawUpstream((_, wire) =>
    wire.send(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${answer.length}\r\n\r\n${answer}`),
  );
  const where = site(refundsPolicy(upstream.origin, ''));
  const served = await serve(where);
  try {
    const bearer = await token(where, 'refunds-bot');
    await fetch(`${served.door}/payments/v1/charges/ch_1`, { headers: { authorization: `Bearer ${bearer}` } });
    const steps = transcripts();
    expect(steps.length).toBeGreaterThan(3);
    const [{ typed: setting } = { typed: '' }] = steps;
    for (const { typed, came } of steps) {
      const script = `${setting.split('\n')[0]}\n${typed}\necho`;
      const env = { ...process.env, DATA: where.data };
      const said = execFileSync('bash', ['-c', script], { env, encoding: 'utf8' });
      expect(said.replaceAll(/\n+/g, '\n').trim(), typed).toBe(came.trim());
    }
  } finally {
    await served.end('SIGKILL');
    await upstream.close();
  }
});
