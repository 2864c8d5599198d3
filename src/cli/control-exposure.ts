import { X509Certificate } from 'node:crypto';
import type { Exposure } from '../control/access/own-origin.ts';
import type { ControlListening } from '../control/listen.ts';
import type { DoorTls } from '../door/intake/tls.ts';
import { placeOfHost } from '../policy/index.ts';
import { certificatesIn } from './certificates.ts';
import { CommandFailed } from './failure.ts';
import { readTls, type TlsFiles } from './tls-files.ts';

/** What `serve` is told of where people reach the control room. */
export interface ControlFlags {
  readonly controlHost: string;
  readonly controlTlsCert?: string | undefined;
  readonly controlTlsKey?: string | undefined;
  readonly controlPlaintext: boolean;
  readonly controlName: readonly string[];
  readonly controlUrl?: string | undefined;
}

export const controlOptions = {
  'control-host': {
    type: 'string',
    default: '127.0.0.1',
    describe: 'The address that people reach the control room at; beyond loopback it needs TLS',
  },
  'control-tls-cert': {
    type: 'string',
    describe: 'The control room’s certificate and its chain (PEM); beyond loopback, the door’s where absent',
  },
  'control-tls-key': { type: 'string', describe: 'The key of --control-tls-cert (PEM)' },
  'control-plaintext': {
    type: 'boolean',
    default: false,
    describe: 'People come by https to a proxy in front of the control room, which itself speaks plain HTTP',
  },
  'control-name': {
    type: 'string',
    array: true,
    default: [],
    describe: 'A name by which browsers reach the control room, beside localhost and those in its certificate',
  },
  'control-url': {
    type: 'string',
    describe: 'Where people reach the control room, for the links in pages: https://room.example',
  },
} as const;

const NAMES = { cert: '--control-tls-cert', key: '--control-tls-key' } as const;

export interface ControlExposure {
  readonly host: string;
  readonly tls: DoorTls | undefined;
  readonly exposure: Exposure;
}

/**
 * Where people reach the control room, and by which names. Beyond this machine tokens and cookies would be read on the way, so
 * that it takes TLS, or somebody's word that a proxy in front of it speaks it.
 */
export function controlExposure(flags: ControlFlags, door: TlsFiles, now: number): ControlExposure {
  const { controlHost: host, controlPlaintext: plaintext, controlName: given } = flags;
  const tls = controlTls(flags, door, now);
  if (tls !== undefined && plaintext) {
    throw new CommandFailed(
      'Failed to read --control-plaintext: with a certificate the control room speaks TLS alone. Leave out one of them.',
    );
  }
  const isLocal = placeOfHost(host) === 'loopback';
  if (!isLocal && tls === undefined && !plaintext) {
    throw new CommandFailed(
      `Failed to open the control room on ${host}: tokens and sessions would cross the network in the clear. ` +
        'Add --control-tls-cert and --control-tls-key (or the door’s --tls-cert and --tls-key), ' +
        'or --control-plaintext where a proxy in front of it speaks TLS.',
    );
  }
  const wrong = given.find((name) => !/^([a-z0-9-]+\.)*[a-z0-9-]+$|^\[[0-9a-f:.]+\]$/i.test(name));
  if (wrong !== undefined) {
    throw new CommandFailed(`Failed to read --control-name \`${wrong}\`: write a host's name alone, control.example.`);
  }
  const names = [
    ...given,
    ...(tls === undefined ? [] : namesIn(tls)),
    ...(isUnspecified(host) ? [] : [bracketed(host)]),
  ];
  if (!isLocal && names.length === 0) {
    throw new CommandFailed(
      `Failed to open the control room on ${host}: say by which name browsers reach it, --control-name control.example. ` +
        'Requests by any other name are refused (DNS rebinding).',
    );
  }
  return { host, tls, exposure: { secure: tls !== undefined || plaintext, names } };
}

/** The control room's own files, else the door's where it is reached from elsewhere. Read anew at every SIGHUP. */
function controlTls(flags: ControlFlags, door: TlsFiles, now: number): DoorTls | undefined {
  const { controlTlsCert: tlsCert, controlTlsKey: tlsKey, controlHost, controlPlaintext } = flags;
  if (tlsCert !== undefined || tlsKey !== undefined) return readTls({ tlsCert, tlsKey }, now, NAMES);
  if (controlPlaintext || placeOfHost(controlHost) === 'loopback') return undefined;
  // Those who may call the door show certificates; people sign in.
  return readTls({ tlsCert: door.tlsCert, tlsKey: door.tlsKey }, now);
}

/** The address that pages lead to, without a slash at its end; absent where nobody has said. */
export function roomFor({ controlUrl }: ControlFlags): { readonly room?: string } {
  if (controlUrl === undefined) return {};
  const url = URL.parse(controlUrl);
  const isRoom = url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  if (isRoom && url.search === '' && url.hash === '') return { room: url.href.replace(/\/+$/, '') };
  throw new CommandFailed(
    `Failed to read --control-url \`${controlUrl}\`: write the address that people type, https://room.example, without a query.`,
  );
}

/** At a SIGHUP: what is wrong with the new files is said, and the control room goes on with those it has. */
export function renewControlTls(
  control: Pick<ControlListening, 'renewTls'>,
  flags: ControlFlags & TlsFiles,
  say: (line: string) => void,
): DoorTls | undefined {
  try {
    const tls = controlTls(flags, flags, Date.now());
    if (tls !== undefined) control.renewTls(tls);
    return tls;
  } catch (error) {
    say(`SIGHUP: ${error instanceof Error ? error.message : String(error)} The control room keeps the one it has.`);
    return undefined;
  }
}

/** What `control.json` says of it: commands trust this certificate alone. */
export function certificateOf(tls: DoorTls | undefined): { readonly certificate?: string } {
  const chain = tls === undefined ? undefined : certificatesIn(tls.cert);
  const [certificate] = chain?.ok === true ? chain.value : [];
  return certificate === undefined ? {} : { certificate };
}

/** The names that a certificate is for; of a pattern, nobody knows which. */
function namesIn({ cert }: DoorTls): readonly string[] {
  const chain = certificatesIn(cert);
  const [own] = chain.ok ? chain.value : [];
  if (own === undefined) return [];
  return (new X509Certificate(own).subjectAltName ?? '')
    .split(', ')
    .map((name) => /^(?:DNS|IP Address):(.+)$/.exec(name)?.[1] ?? '')
    .filter((name) => name !== '' && !name.includes('*'))
    .map(bracketed);
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function isUnspecified(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}
