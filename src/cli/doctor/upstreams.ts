import { readFileSync } from 'node:fs';
import path from 'node:path';
import tls from 'node:tls';
import type { Route } from '../../engine/policy.ts';
import type { LoadedPolicy, Upstream } from '../../policy/index.ts';
import { fail, ok, skip, warn, type Finding } from './check.ts';
import { readPathOf } from './read-path.ts';

const HANDSHAKE_MS = 5_000;
const ANSWER_MS = 10_000;
const DAY_MS = 86_400_000;
/** A certificate that is renewed by itself is renewed earlier. */
const DAYS_WARN = 14;

/** Whether each upstream is who it says it is, by a handshake alone: not one byte of a request is sent. */
export async function upstreamFindings(policy: LoadedPolicy, wall: number): Promise<readonly Finding[]> {
  return Promise.all([...policy.upstreams.values()].map((upstream) => tlsFinding(upstream, policy.file, wall)));
}

async function tlsFinding(
  { id: name, url, ca, network }: Upstream,
  policyFile: string,
  wall: number,
): Promise<Finding> {
  const id = `upstream.tls.${name}`;
  if (url.protocol !== 'https:') {
    if (network === 'loopback') return ok(id, `${name} is on this machine, by plain HTTP.`);
    return warn(
      id,
      `${name} is reached by plain HTTP: whoever is on the way reads the key.`,
      `give ${name} an https address`,
    );
  }
  const authority = ca === undefined ? undefined : readFileSync(path.resolve(path.dirname(policyFile), ca), 'utf8');
  const port = url.port === '' ? 443 : Number(url.port);
  const shown = await handshake({ host: url.hostname, port, ...(authority !== undefined && { ca: authority }) });
  if ('problem' in shown) {
    return fail(
      id,
      `${name} at ${url.host}: ${shown.problem}.`,
      'the door could not reach it either: check the name, the way there and the certificate',
    );
  }
  return expiry(
    id,
    `${name} at ${url.host} shows a certificate of its name that verifies, by ${shown.protocol}`,
    shown.until,
    wall,
  );
}

/** What a certificate that verifies is worth: how long it still does. */
export function expiry(id: string, text: string, until: number, wall: number): Finding {
  const days = Math.floor((until - wall) / DAY_MS);
  if (days < 0) return fail(id, `${text}; it ran out ${-days} days ago.`, 'renew it');
  if (days < DAYS_WARN)
    return warn(id, `${text}; it runs out in ${days} days.`, 'renew it, and see why nothing did so by itself');
  return ok(id, `${text}; it is good for ${days} days.`);
}

type Shown = { readonly protocol: string; readonly until: number } | { readonly problem: string };

/** @param options whom to connect to; with `rejectUnauthorized: false`, whatever is shown is looked at */
export function handshake(options: tls.ConnectionOptions & { readonly host: string }): Promise<Shown> {
  return new Promise((resolve) => {
    const socket = tls.connect({ servername: /[:\d.]+$/.test(options.host) ? '' : options.host, ...options }, () => {
      const { valid_to: until } = socket.getPeerCertificate();
      resolve({ protocol: socket.getProtocol() ?? 'TLS', until: Date.parse(until) });
      socket.destroy();
    });
    socket.setTimeout(HANDSHAKE_MS, () => {
      resolve({ problem: `no handshake within ${HANDSHAKE_MS} ms` });
      socket.destroy();
    });
    socket.once('error', (error) => {
      resolve({ problem: error.message });
      socket.destroy();
    });
  });
}

/** With `--touch-upstream`: whether each upstream refuses a read that carries no key. */
export async function keylessFindings(policy: LoadedPolicy): Promise<readonly Finding[]> {
  return Promise.all([...policy.upstreams.values()].map((upstream) => keyless(upstream, policy)));
}

async function keyless({ id: name, url }: Upstream, policy: LoadedPolicy): Promise<Finding> {
  const id = `upstream.keyless.${name}`;
  const route = [...policy.policy.routes.values()].find(
    (one: Route) => one.upstream === name && readPathOf(policy, one.id) !== undefined,
  );
  const target = route === undefined ? undefined : readPathOf(policy, route.id);
  if (target === undefined)
    return skip(id, `Whether ${name} refuses whoever has no key was not asked: the policy has no read of it.`);
  const asked = `GET ${url.origin}${url.pathname.replace(/\/$/, '')}${target}`;
  try {
    const response = await fetch(asked.slice('GET '.length), {
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    await response.body?.cancel();
    const { status } = response;
    if (status === 401 || status === 403)
      return ok(id, `${name} refuses a read without a key: ${asked} was answered ${status}.`);
    if (status < 300) {
      return fail(
        id,
        `${name} answers whoever has no key: ${asked} was answered ${status}.`,
        'an agent needs no door to read there; close it at the upstream',
      );
    }
    return warn(
      id,
      `Whether ${name} refuses whoever has no key is not clear: ${asked} was answered ${status}.`,
      'ask it by hand, without a key, for something that is there',
    );
  } catch (error) {
    const { cause, message } = error as Error & { cause?: Error };
    return warn(
      id,
      `${asked} was not answered: ${cause?.message ?? message}.`,
      'check the way there from this machine',
    );
  }
}
