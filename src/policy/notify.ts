import type { NotifyFile } from './schema/notify.ts';

/** What a person can be told of. */
export type PageKind = NotifyFile[number]['on'] extends (infer Kind)[] | undefined ? Kind : never;

/** One way to tell a person. Its secret is in the environment variable that `env` names, and nowhere here. */
export type NotifyChannel = ChannelTerms &
  (
    | { readonly kind: 'pagerduty'; readonly env: string; readonly url: string }
    | { readonly kind: 'slack'; readonly env: string }
    | { readonly kind: 'webhook'; readonly env: string; readonly url: string }
  );

export interface ChannelTerms {
  /** As the journal and the command line call it: `pagerduty:PD_ROUTING_KEY`, `webhook:ops.example/hook`. */
  readonly name: string;
  readonly on: readonly PageKind[];
}

const EVERYTHING = ['freeze', 'hold', 'resume', 'stage'] as const;

/**
 * Nobody is woken for a call that waits, unless the policy says so.
 * INVARIANT: the order of kinds is fixed, so that what an author wrote in another order is the same channel.
 */
const WAKES = ['freeze', 'resume', 'stage'] as const;

export function compileNotify(notify: NotifyFile): readonly NotifyChannel[] {
  return notify.flatMap((entry) => compileChannel(entry) ?? []);
}

/** `undefined` where an entry names no channel at all, which the checks refuse. */
export function compileChannel({ pagerduty, slack, webhook, on }: NotifyFile[number]): NotifyChannel | undefined {
  const told = on && EVERYTHING.filter((kind) => on.includes(kind));
  if (pagerduty !== undefined) {
    const { env, url } = pagerduty;
    return { kind: 'pagerduty', name: `pagerduty:${env}`, on: told ?? WAKES, env, url };
  }
  if (slack !== undefined) {
    return { kind: 'slack', name: `slack:${slack.env}`, on: told ?? EVERYTHING, env: slack.env };
  }
  if (webhook !== undefined) {
    const { url, secret } = webhook;
    return { kind: 'webhook', name: `webhook:${withoutScheme(url)}`, on: told ?? EVERYTHING, env: secret.env, url };
  }
  return undefined;
}

/** `https://ops.example/hook?team=1` → `ops.example/hook` */
export function withoutScheme(url: string): string {
  const address = URL.parse(url);
  return address === null ? url : address.host + (address.pathname === '/' ? '' : address.pathname);
}
