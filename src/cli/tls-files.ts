import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { placeOfHost } from '../policy/index.ts';
import { secureContext, type DoorTls } from '../door/intake/tls.ts';
import { certificatesIn } from './certificates.ts';
import { CommandFailed } from './failure.ts';

/** What `serve` is told of TLS: paths of PEM files. */
export interface TlsFiles {
  readonly tlsCert?: string | undefined;
  readonly tlsKey?: string | undefined;
  readonly clientCa?: string | undefined;
}

/** What its options are called where they are wrong. */
interface OptionNames {
  readonly cert: string;
  readonly key: string;
}

const OF_THE_DOOR: OptionNames = { cert: '--tls-cert', key: '--tls-key' };

/**
 * Reads the door's TLS files, at the start and at every SIGHUP; `undefined` where the door speaks plain HTTP.
 * @throws CommandFailed with what is wrong with which file: a certificate that clients would refuse is found here
 */
export function readTls(
  { tlsCert, tlsKey, clientCa }: TlsFiles,
  now: number,
  named: OptionNames = OF_THE_DOOR,
): DoorTls | undefined {
  if (tlsCert === undefined && tlsKey === undefined) {
    if (clientCa !== undefined) {
      throw new CommandFailed(
        'Failed to read --client-ca: certificates are shown in TLS; add --tls-cert and --tls-key.',
      );
    }
    return undefined;
  }
  if (tlsCert === undefined)
    throw new CommandFailed(`Failed to serve TLS: ${named.key} needs its certificate, ${named.cert}.`);
  if (tlsKey === undefined) throw new CommandFailed(`Failed to serve TLS: ${named.cert} needs its key, ${named.key}.`);
  const chain = certificatesIn(read(named.cert, tlsCert));
  if (!chain.ok) throw failed(named.cert, tlsCert, chain.failure);
  const [own = ''] = chain.value;
  const certificate = new X509Certificate(own);
  refuseOutOfDate(certificate, named.cert, tlsCert, now);
  const key = read(named.key, tlsKey);
  if (!certificate.checkPrivateKey(privateKey(key, named.key, tlsKey))) {
    throw failed(named.key, tlsKey, `is not the key of \`${tlsCert}\``);
  }
  const authorities = clientCa === undefined ? undefined : certificatesIn(read('--client-ca', clientCa));
  if (authorities?.ok === false) throw failed('--client-ca', clientCa as string, authorities.failure);
  const tls = {
    cert: chain.value.join('\n'),
    key,
    ...(authorities !== undefined && { clientCa: authorities.value }),
  };
  try {
    createSecureContext(secureContext(tls));
  } catch (error) {
    // OpenSSL's last word, `key too small` for one.
    throw failed(named.cert, tlsCert, `cannot be served with: ${(error as Error).message}`);
  }
  return tls;
}

/** An address that others reach is served by TLS, unless whoever starts it takes that on. */
export function refusePlaintext(host: string, tls: DoorTls | undefined, plaintext: boolean): void {
  if (tls !== undefined && plaintext) {
    throw new CommandFailed(
      'Failed to read --plaintext: with --tls-cert the door speaks TLS alone. Leave out one of them.',
    );
  }
  if (tls !== undefined || plaintext || placeOfHost(host) === 'loopback') return;
  throw new CommandFailed(
    `Failed to listen on ${host}: grants and calls would cross the network in the clear. ` +
      'Add --tls-cert and --tls-key, or --plaintext where a proxy in front of the door speaks TLS.',
  );
}

function read(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw failed(option, file, `cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

function privateKey(pem: string, option: string, file: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const encrypted = code === 'ERR_MISSING_PASSPHRASE' || /BEGIN ENCRYPTED/.test(pem);
    throw failed(
      option,
      file,
      encrypted
        ? 'has a passphrase, which nobody is there to type; write it without: openssl pkey -in KEY -out PLAIN'
        : 'holds no private key in PEM form (-----BEGIN PRIVATE KEY-----)',
    );
  }
}

function refuseOutOfDate(
  { validFromDate, validToDate }: X509Certificate,
  option: string,
  file: string,
  now: number,
): void {
  if (now > validToDate.getTime()) {
    throw failed(option, file, `expired on ${validToDate.toISOString()}; renew it`);
  }
  if (now < validFromDate.getTime()) {
    throw failed(option, file, `is good from ${validFromDate.toISOString()} on; check this machine's clock`);
  }
}

function failed(option: string, file: string, why: string): CommandFailed {
  return new CommandFailed(`Failed to serve TLS: ${option} \`${file}\` ${why}.`);
}
