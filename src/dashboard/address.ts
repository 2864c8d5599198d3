import { signal } from '@preact/signals';

/** Where the page is: its path in pieces, and what was asked behind it. */
export interface Address {
  readonly path: string;
  readonly query: URLSearchParams;
}

const read = (): Address => ({ path: location.pathname, query: new URLSearchParams(location.search) });

export const address = signal<Address>(read());

/** Shows another view. `replace`: of the same thing, so that "back" does not stop here. */
export function go(href: string, how: 'push' | 'replace' = 'push'): void {
  if (how === 'replace') history.replaceState(null, '', href);
  else history.pushState(null, '', href);
  arrive(how);
}

function arrive(how: 'push' | 'replace'): void {
  address.value = read();
  if (how === 'push') window.scrollTo({ top: 0, behavior: 'instant' });
}

/** Links of the page's own are followed without leaving it; whatever else a click means is the browser's business. */
export function listenToAddresses(): void {
  addEventListener('popstate', () => {
    address.value = read();
  });
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link === null || link.target !== '' || link.origin !== location.origin || link.hasAttribute('download')) return;
    if (!ownPath(link.pathname) || link.getAttribute('href')?.startsWith('#') === true) return;
    event.preventDefault();
    go(link.pathname + link.search);
  });
}

/** What the server answers by itself: the API, and the way in and out. */
const ownPath = (path: string): boolean => !/^\/(v1|sign-in|sign-out|metrics|healthz|readyz|openapi)\b/.test(path);

/** `/agents/:agent` against `/agents/refunds-bot`: its parameters, or `null`. */
export function matched(pattern: string, path: string): Readonly<Record<string, string>> | null {
  const wanted = pattern.split('/');
  const given = path.replace(/(.)\/$/, '$1').split('/');
  if (wanted.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [index, piece] of wanted.entries()) {
    const value = given[index] ?? '';
    if (piece.startsWith(':')) params[piece.slice(1)] = decoded(value);
    else if (piece !== value) return null;
  }
  return params;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
