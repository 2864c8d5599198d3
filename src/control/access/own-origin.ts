/** How the control room is reached, as far as what a browser says can be held against it. */
export interface Exposure {
  /** Browsers come by https: to this process, or to a proxy in front of it. */
  readonly secure: boolean;
  /** Names that it is reached by, beside those of this machine itself. */
  readonly names: readonly string[];
}

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Whether a `Host` is one of ours. A page of somebody else's, whose name was made to point at this machine (DNS rebinding),
 * sends its own name.
 */
export function isOwnHost(host: string | undefined, { names }: Exposure): boolean {
  const parsed = hostOf(host);
  return parsed !== undefined && [...LOOPBACK, ...names].some((name) => name.toLowerCase() === parsed.name);
}

/** Which cookie is this door's: cookies know no ports, and two doors of one machine would sign each other's people out. */
export function cookieName(host: string | undefined, { secure }: Exposure): string {
  const port = hostOf(host)?.port ?? '';
  const own = `interlock-${port === '' ? (secure ? '443' : '80') : port}`;
  return secure ? `__Host-${own}` : own;
}

/**
 * Whether a request that changes something comes from our own page. Browsers say where a request comes from, in `Origin` or in
 * `Sec-Fetch-Site`, and no page can make them say otherwise; one that says nothing is no browser of today, and sends a bearer
 * token. A form's `Origin` is `null` under our own referrer policy: then it is `Sec-Fetch-Site` that counts.
 */
export function comesFromOurselves(header: (name: string) => string | undefined, { secure }: Exposure): boolean {
  const site = header('sec-fetch-site');
  if (site !== undefined && site !== 'same-origin') return false;
  const origin = header('origin');
  if (origin === undefined || origin === 'null') return site === 'same-origin';
  const host = header('host');
  return origin === `https://${host}` || (!secure && origin === `http://${host}`);
}

function hostOf(host: string | undefined): { readonly name: string; readonly port: string } | undefined {
  const [, name, port = ''] = /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::(\d{1,5}))?$/i.exec(host ?? '') ?? [];
  return name === undefined ? undefined : { name: name.toLowerCase(), port };
}
