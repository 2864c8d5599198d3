import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import * as https from 'node:https';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { controlExposure, type ControlFlags } from '../../src/cli/control-exposure.ts';
import { controlFetch } from '../../src/cli/control-fetch.ts';
import { authority } from '../door/key/certificates.ts';
import { interlock, refundsPolicy, serve, site, type Served, type Site } from './served.ts';

const dir = mkdtempSync(path.join(tmpdir(), 'interlock-control-tls-'));
const file = (name: string, text: string): string => {
  writeFileSync(path.join(dir, name), text);
  return path.join(dir, name);
};
const ca = authority('the operators');
const own = ca.issue('control', { names: ['control.example', 'localhost'] });
const renewed = ca.issue('control', { names: ['control.example', 'localhost'] });
const stranger = ca.issue('stranger', { names: ['control.example'] });
const cert = file('cert.pem', own.cert);
const key = file('key.pem', own.key);

describe('where the control room is reached from', () => {
  const flags: ControlFlags = { controlHost: '127.0.0.1', controlPlaintext: false, controlName: [] };
  const exposed = (given: Partial<ControlFlags>, door: { tlsCert?: string; tlsKey?: string } = {}) =>
    controlExposure({ ...flags, ...given }, door, Date.now());

  test('this machine alone, unless somebody says otherwise', () => {
    expect(exposed({})).toEqual({
      host: '127.0.0.1',
      tls: undefined,
      exposure: { secure: false, names: ['127.0.0.1'] },
    });
  });

  test.each<[string, Partial<ControlFlags>, string]>([
    ['another address in the clear', { controlHost: '0.0.0.0' }, '--control-tls-cert'],
    [
      'another address in the clear, by a name',
      { controlHost: '10.0.0.1', controlName: ['control.example'] },
      'in the clear',
    ],
    ['TLS and no TLS', { controlTlsCert: cert, controlTlsKey: key, controlPlaintext: true }, '--control-plaintext'],
    ['a certificate without its key', { controlTlsCert: cert }, '--control-tls-cert needs its key, --control-tls-key'],
    ['every address behind a proxy, by no name', { controlHost: '0.0.0.0', controlPlaintext: true }, '--control-name'],
    ['a name with a port', { controlName: ['control.example:443'] }, '--control-name'],
    ['a pattern of names', { controlName: ['*.example'] }, '--control-name'],
  ])('%s is refused', (_, given, why) => expect(() => exposed(given)).toThrow(why));

  test('its own certificate, else the door’s where others reach it; the names in it are its names', () => {
    const away = exposed({ controlHost: '0.0.0.0' }, { tlsCert: cert, tlsKey: key });
    expect(away.tls?.key).toBe(own.key);
    expect(away.exposure).toEqual({ secure: true, names: ['control.example', 'localhost'] });
    expect(exposed({}, { tlsCert: cert, tlsKey: key }).tls).toBeUndefined();
  });

  test('a proxy that speaks TLS makes the cookies secure', () => {
    const behind = exposed({ controlHost: '0.0.0.0', controlPlaintext: true, controlName: ['control.example'] });
    expect(behind).toMatchObject({ tls: undefined, exposure: { secure: true, names: ['control.example'] } });
  });
});

describe('a control room by TLS', () => {
  let where: Site;
  let served: Served;
  beforeAll(async () => {
    where = site(refundsPolicy('http://127.0.0.1:9', ''));
    served = await serve(where, '--control-tls-cert', cert, '--control-tls-key', key);
  });
  afterAll(async () => {
    await served.end('SIGKILL');
  });

  const at = (...args: readonly string[]) => interlock(...args, '--data', where.data, '--policy', where.policy);

  async function visit(
    asked: https.RequestOptions,
    body?: string,
  ): Promise<{ status: number; headers: NodeJS.Dict<string | string[]> }> {
    const port = new URL(served.control).port;
    const sent = https.request({
      host: '127.0.0.1',
      port,
      servername: 'control.example',
      ca: ca.cert,
      agent: false,
      ...asked,
    });
    const answered = once(sent, 'response') as Promise<[IncomingMessage]>;
    sent.end(body);
    const [response] = await answered;
    response.resume();
    return { status: response.statusCode ?? 0, headers: response.headers };
  }

  test('commands trust exactly its certificate, which no authority of theirs has signed', async () => {
    expect(served.control).toMatch(/^https:/);
    expect((await at('status', '--json')).code).toBe(0);
    const control = JSON.parse(readFileSync(path.join(where.data, 'control.json'), 'utf8')) as { certificate: string };
    expect(control.certificate.trim()).toBe(own.cert.trim());
    const headers = {};
    const asked = controlFetch({ url: served.control, certificate: stranger.cert }, '/healthz', { headers });
    await expect(asked).rejects.toMatchObject({
      cause: { message: expect.stringContaining('another certificate') as string },
    });
    const trusted = await controlFetch({ url: served.control, certificate: own.cert }, '/healthz', { headers });
    expect(await trusted.text()).toBe('ok\n');
  });

  test('browsers come by the names in it, hear that it is for good, and get a cookie that never travels in the clear', async () => {
    const token = (await at('user', 'add', 'ann', '--role', 'viewer', '--quiet', '--by', 'x')).stdout.trim();
    const port = new URL(served.control).port;
    const host = `control.example:${port}`;
    const page = await visit({ path: '/sign-in', headers: { host } });
    expect([page.status, page.headers['strict-transport-security']]).toEqual([200, 'max-age=31536000']);
    const headers = {
      host,
      'content-type': 'application/x-www-form-urlencoded',
      'sec-fetch-site': 'same-origin',
      origin: `https://${host}`,
    };
    const entered = await visit({ method: 'POST', path: '/sign-in', headers }, `token=${token}`);
    expect(entered.headers['set-cookie']).toEqual([
      expect.stringMatching(
        new RegExp(`^__Host-interlock-${port}=[\\w-]{43}; Path=/; HttpOnly; Secure; SameSite=Strict$`),
      ),
    ]);
    // The same page by http is another page.
    const clear = await visit(
      {
        method: 'POST',
        path: '/sign-in',
        headers: { ...headers, origin: `http://${host}`, 'sec-fetch-site': 'cross-site' },
      },
      `token=${token}`,
    );
    expect(clear.status).toBe(403);
    expect((await visit({ path: '/sign-in', headers: { host: 'evil.example' } })).status).toBe(421);
  });

  test('a renewed certificate is shown after SIGHUP, and commands follow', async () => {
    writeFileSync(cert, renewed.cert);
    writeFileSync(key, renewed.key);
    served.child.kill('SIGHUP');
    await expect
      .poll(() =>
        readFileSync(path.join(where.data, 'control.json'), 'utf8').includes(
          JSON.stringify(renewed.cert.trim()).slice(1, -1),
        ),
      )
      .toBe(true);
    expect((await at('status', '--json')).code).toBe(0);
    writeFileSync(key, stranger.key);
    served.child.kill('SIGHUP');
    await expect.poll(() => served.stderr()).toContain('The control room keeps the one it has');
    expect((await at('status', '--json')).code).toBe(0);
  });
});
