import { unreachable } from '../std/assert.ts';
import type { Clock } from '../std/clock.ts';
import { fail, ok } from '../std/result.ts';
import type { Stage } from '../engine/call.ts';
import type { UpstreamId } from '../engine/ids.ts';
import { mayStandAt, STAGES } from '../engine/standings.ts';
import type { Link } from '../door/flight/link.ts';
import { SECRET_LENGTH_MIN } from '../door/key/forms.ts';
import type { Transport, TransportLimits, TransportOptions } from '../door/flight/transport.ts';
import type { LoadedPolicy, Upstream } from '../policy/index.ts';
import { stageLinks } from '../stages/links.ts';
import { CommandFailed } from './failure.ts';
import type { LinksUnder } from './policy-source.ts';
import { authority, placedElsewhere } from './whereabouts.ts';
import { worldLink } from './world-link.ts';

/** The ways to send, by the name on the command line; `undici` is the default (decision 6). */
export const TRANSPORTS = ['undici', 'http-proxy'] as const;
export type TransportName = (typeof TRANSPORTS)[number];

type OpenTransport = (origin: URL, limits: TransportLimits, options: TransportOptions) => Transport;

// Loaded when first needed: a door in production starts without the mocks' libraries, and with one transport.
async function transportNamed(name: TransportName): Promise<OpenTransport> {
  return name === 'undici'
    ? (await import('../door/transports/undici.ts')).undiciTransport
    : (await import('../door/transports/http-proxy.ts')).httpProxyTransport;
}

export interface Links {
  readonly link: ReturnType<typeof stageLinks>;
  readonly under: LinksUnder;
  readonly close: () => Promise<void>;
}

/** The ways to a policy's upstreams, all made and checked before the door opens. */
export async function linksFor(
  policy: LoadedPolicy,
  transport: TransportName,
  environment: NodeJS.ProcessEnv,
  clock: Clock,
  warn: (warning: string) => void = console.error,
): Promise<Links> {
  const open = await transportNamed(transport);
  const worlds = new Map<UpstreamId, Link>();
  const reals = new Map<UpstreamId, Link>();
  for (const upstream of policy.upstreams.values()) {
    const needed = stagesOf(policy, upstream.id);
    if (needed.has('sandbox')) worlds.set(upstream.id, (await worldLink(upstream, policy.file, clock)).link);
    if ([...needed].some((stage) => stage !== 'sandbox')) {
      reals.set(upstream.id, await realLink(upstream, policy.file, open, environment, warn));
    }
  }
  const made = (links: Map<UpstreamId, Link>) => (upstream: UpstreamId) => links.get(upstream) as Link;
  return {
    link: stageLinks({ real: made(reals), world: made(worlds) }, policy),
    under: (other) => {
      const lacking = [...other.upstreams.keys()].flatMap((id) => unopened(id, stagesOf(other, id), reals, worlds));
      return lacking.length > 0 ? fail(lacking) : ok(stageLinks({ real: made(reals), world: made(worlds) }, other));
    },
    close: async () => {
      await Promise.all([...worlds.values(), ...reals.values()].map(({ transport: one }) => one.close()));
    },
  };
}

/** What agents at these stages need, and nobody needed when the door was opened. */
function unopened(
  id: UpstreamId,
  needed: ReadonlySet<Stage>,
  reals: ReadonlyMap<UpstreamId, Link>,
  worlds: ReadonlyMap<UpstreamId, Link>,
): readonly string[] {
  const lacks = (what: string): string =>
    `\`upstreams.${id}\` needs a restart: nobody called ${what} so far, so that the way to it was not opened`;
  const isReal = [...needed].some((stage) => stage !== 'sandbox');
  return [
    ...(isReal && !reals.has(id) ? [lacks('it for real')] : []),
    ...(needed.has('sandbox') && !worlds.has(id) ? [lacks('its mock')] : []),
  ];
}

/** The stages at which agents may stand that may call an upstream at all: nobody else ever needs a way to it. */
export function stagesOf({ policy }: LoadedPolicy, upstream: UpstreamId): ReadonlySet<Stage> {
  const calling = [...policy.agents.values()].filter(({ allow }) =>
    allow.some(({ route }) => policy.routes.get(route)?.upstream === upstream),
  );
  return new Set(calling.flatMap((agent) => STAGES.filter((stage) => mayStandAt(agent, stage))));
}

async function realLink(
  upstream: Upstream,
  policyFile: string,
  open: OpenTransport,
  environment: NodeJS.ProcessEnv,
  warn: (warning: string) => void,
): Promise<Link> {
  const { credential, network } = upstream;
  const secret = environment[credential.env];
  if (secret === undefined || secret === '') {
    throw new CommandFailed(
      `Failed to open upstream \`${upstream.id}\`: the environment variable ${credential.env} is not set. It holds the only key; set it for this process alone.`,
    );
  }
  if (!/^[\x21-\x7e]+$/.test(secret)) {
    throw new CommandFailed(
      `Failed to open upstream \`${upstream.id}\`: ${credential.env} holds characters no header may have.`,
    );
  }
  const elsewhere = await placedElsewhere(upstream);
  if (elsewhere !== null) throw new CommandFailed(`Failed to open upstream \`${upstream.id}\`: ${elsewhere}`);
  const ca = upstream.ca === undefined ? {} : { ca: authority(upstream.ca, upstream, policyFile) };
  const [name, value] = credentialHeader(upstream, secret);
  const password = credential.kind === 'basic' ? [secret.slice(secret.indexOf(':') + 1)] : [];
  const secrets = [...new Set([secret, value.split(' ').at(-1) as string, ...password])];
  if (secret.length < SECRET_LENGTH_MIN) {
    warn(
      `${credential.env} has fewer than ${SECRET_LENGTH_MIN} characters: where the upstream repeats it in an answer's body, nobody can tell it from other text.`,
    );
  }
  return {
    transport: open(upstream.url, upstream.limits, { network, secrets, ...ca }),
    secrets,
    headers: ['host', upstream.url.host, name, value],
    basePath: upstream.url.pathname.replace(/\/$/, ''),
  };
}

function credentialHeader({ credential }: Upstream, secret: string): readonly [string, string] {
  switch (credential.kind) {
    case 'bearer':
      return ['authorization', `Bearer ${secret}`];
    case 'basic':
      return ['authorization', `Basic ${Buffer.from(secret).toString('base64')}`];
    case 'header':
      return [credential.name, secret];
    default:
      return unreachable(credential);
  }
}
