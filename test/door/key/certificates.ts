import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';
import type { Identity } from '../transports/identities.ts';

/** Whom a certificate is for, and when it is good. */
export interface Issue {
  /** DNS names and IPv4 addresses. */
  readonly names?: readonly string[];
  readonly from?: Date;
  readonly to?: Date;
}

/** Somebody who vouches for keys, made for one test. */
export interface Authority {
  /** Its own certificate (PEM). */
  readonly cert: string;
  issue(subject: string, issue?: Issue): Identity;
}

const DAY_MS = 86_400_000;

/** A certificate authority on P-256, with what strict verifiers ask for (RFC 5280): key usage and key identifiers. */
export function authority(name: string): Authority {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const own = {
    issuer: name,
    subject: name,
    publicKey,
    signer: privateKey,
    signerId: keyId(publicKey),
    isAuthority: true,
  };
  return {
    cert: certificate({ ...own, issue: {} }),
    issue: (subject, issue = {}) => {
      const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      return {
        key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
        cert: certificate({ ...own, subject, publicKey: pair.publicKey, isAuthority: false, issue }),
      };
    },
  };
}

interface Fields {
  readonly issuer: string;
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly signer: KeyObject;
  readonly signerId: Buffer;
  readonly isAuthority: boolean;
  readonly issue: Issue;
}

function certificate({ issuer, subject, publicKey, signer, signerId, isAuthority, issue }: Fields): string {
  const { names = [], from = new Date(Date.now() - DAY_MS), to = new Date(Date.now() + DAY_MS) } = issue;
  const usage = isAuthority ? Buffer.from([1, 0x06]) : Buffer.from([7, 0x80]);
  const extensions = [
    ...(isAuthority ? [extension('2.5.29.19', sequence(der(0x01, Buffer.from([0xff]))), true)] : []),
    extension('2.5.29.15', der(0x03, usage), true),
    extension('2.5.29.14', der(0x04, keyId(publicKey))),
    extension('2.5.29.35', sequence(der(0x80, signerId))),
    // For servers and clients both.
    ...(isAuthority ? [] : [extension('2.5.29.37', sequence(oid('1.3.6.1.5.5.7.3.1'), oid('1.3.6.1.5.5.7.3.2')))]),
    ...(names.length === 0 ? [] : [extension('2.5.29.17', sequence(...names.map(generalName)))]),
  ];
  const algorithm = sequence(oid('1.2.840.10045.4.3.2'));
  const toBeSigned = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    distinguishedName(issuer),
    sequence(time(from), time(to)),
    distinguishedName(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  const signature = sign('sha256', toBeSigned, signer);
  const whole = sequence(toBeSigned, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const base64 = whole.toString('base64').replaceAll(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;
}

/** One tag, one length, one content (X.690 §8.1). */
function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const groups = (arc: number): number[] =>
    arc < 0x80 ? [arc] : [...groups(arc >> 7).map((g) => g | 0x80), arc & 0x7f];
  return der(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(groups)]));
}

function extension(id: string, value: Buffer, critical = false): Buffer {
  return sequence(oid(id), ...(critical ? [der(0x01, Buffer.from([0xff]))] : []), der(0x04, value));
}

function distinguishedName(commonName: string): Buffer {
  return sequence(der(0x31, sequence(oid('2.5.4.3'), der(0x0c, Buffer.from(commonName)))));
}

function time(date: Date): Buffer {
  // UTCTime, of two-digit years until 2049.
  return der(
    0x17,
    Buffer.from(
      date
        .toISOString()
        .slice(2)
        .replaceAll(/[-:T]|\.\d+/g, ''),
    ),
  );
}

function generalName(name: string): Buffer {
  return isIP(name) === 4 ? der(0x87, Buffer.from(name.split('.').map(Number))) : der(0x82, Buffer.from(name));
}

function keyId(publicKey: KeyObject): Buffer {
  return createHash('sha1')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest();
}
