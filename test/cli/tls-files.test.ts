import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readTls, refusePlaintext } from '../../src/cli/tls-files.ts';
import { authority } from '../door/key/certificates.ts';
import { interlock } from './served.ts';

const dir = mkdtempSync(path.join(tmpdir(), 'interlock-tls-files-'));
const file = (name: string, text: string): string => {
  writeFileSync(path.join(dir, name), text);
  return path.join(dir, name);
};
const ca = authority('the doors');
const now = Date.now();
const own = ca.issue('door', { names: ['localhost'] });
const cert = file('cert.pem', own.cert);
const key = file('key.pem', own.key);
const clientCa = file('ca.pem', ca.cert);
const other = file('other.pem', ca.issue('other').key);
const past = ca.issue('door', { to: new Date(now - 1_000) });
const future = ca.issue('door', { from: new Date(now + 3_600_000) });
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const locked = privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }) as string;
const weak = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
  type: 'spki',
  format: 'pem',
}) as string;
const missing = path.join(dir, 'missing.pem');

describe("the door's TLS files", () => {
  test('are read whole: certificate, chain, key and client authorities', () => {
    const chain = file('chain.pem', `subject=door\n${own.cert}\nissuer\n${ca.cert}`);
    const read = readTls({ tlsCert: chain, tlsKey: key, clientCa }, now);
    expect(read?.cert.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    expect(read).toMatchObject({ key: own.key, clientCa: [ca.cert.trim()] });
  });

  test('are not needed for plain HTTP', () => expect(readTls({}, now)).toBeUndefined());

  test.each<[string, Parameters<typeof readTls>[0], string]>([
    ['a key without its certificate', { tlsKey: key }, '--tls-key needs its certificate, --tls-cert'],
    ['a certificate without its key', { tlsCert: cert }, '--tls-cert needs its key, --tls-key'],
    ['client authorities without TLS', { clientCa }, 'add --tls-cert and --tls-key'],
    ['a file that is not there', { tlsCert: missing, tlsKey: key }, 'cannot be read (ENOENT)'],
    ['a directory', { tlsCert: cert, tlsKey: dir }, 'cannot be read (EISDIR)'],
    ['a key where the certificate belongs', { tlsCert: key, tlsKey: key }, 'holds no certificate in PEM form'],
    ['a certificate where the key belongs', { tlsCert: cert, tlsKey: cert }, 'holds no private key in PEM form'],
    [
      'a public key where the private one belongs',
      { tlsCert: cert, tlsKey: file('weak', weak) },
      'holds no private key',
    ],
    ['a key of another certificate', { tlsCert: cert, tlsKey: other }, `is not the key of \`${cert}\``],
    ['a key with a passphrase', { tlsCert: cert, tlsKey: file('locked', locked) }, 'openssl pkey -in KEY -out PLAIN'],
    ['an expired certificate', { tlsCert: file('past', past.cert), tlsKey: file('pastkey', past.key) }, 'renew it'],
    [
      'one from tomorrow',
      { tlsCert: file('future', future.cert), tlsKey: file('futurekey', future.key) },
      "machine's clock",
    ],
    ['a broken certificate', { tlsCert: file('broken', own.cert.replace('MII', 'AAA')), tlsKey: key }, 'number 1'],
    ['client authorities without any', { tlsCert: cert, tlsKey: key, clientCa: key }, '--client-ca'],
  ])('%s is named, with what to do', (_, files, said) => {
    expect(() => readTls(files, now)).toThrow(said);
    expect(() => readTls(files, now)).not.toThrow('PRIVATE KEY-----\n');
  });
});

describe('a door beyond loopback', () => {
  const tls = readTls({ tlsCert: cert, tlsKey: key }, now);
  test.each(['0.0.0.0', '::', '10.1.2.3', '192.0.2.1', 'door.example'])('%s is not served without TLS', (host) => {
    expect(() => refusePlaintext(host, undefined, false)).toThrow('--plaintext where a proxy');
    expect(() => refusePlaintext(host, tls, false)).not.toThrow();
    expect(() => refusePlaintext(host, undefined, true)).not.toThrow();
  });

  test.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])('%s is served as it is', (host) => {
    expect(() => refusePlaintext(host, undefined, false)).not.toThrow();
  });

  test('serve says it before it opens anything', async () => {
    const { code, stderr } = await interlock('serve', '--host', '0.0.0.0', '--policy', missing, '--data', dir);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^Failed to listen on 0\.0\.0\.0: grants and calls would cross the network in the clear\. Add --tls-cert/,
    );
  });
});
