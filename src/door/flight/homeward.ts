/** Where an agent knows an upstream, and where that upstream knows itself. */
export interface Home {
  /** The upstream's own address. */
  readonly upstream: URL;
  /** What stands for it at the door, as this agent called it; no slash at the end. Asked only where it is needed. */
  readonly base: () => string;
}

/** Headers in which an upstream tells its own addresses; `link` tells several. */
const TELLING: ReadonlySet<string> = new Set(['location', 'content-location', 'link']);
const LINK_TARGET = /<([^<>]*)>/g;

/**
 * The headers of an answer with the upstream's address in them replaced by the door's, so that an agent that follows them,
 * to the next page or to where something has moved, asks the door again and not the upstream with its grant for a key.
 * An address of the upstream's that the door cannot reach goes with its header; one elsewhere stands as it came: what
 * leads an agent away in a redirect was dropped before.
 */
export function homeward(headers: readonly string[], home: Home): readonly string[] {
  if (!headers.some((name, i) => i % 2 === 0 && TELLING.has(name))) return headers;
  const turned: string[] = [];
  for (let i = 0; i < headers.length; i += 2) {
    const [name, value] = [headers[i]!, headers[i + 1]!];
    const told = TELLING.has(name) ? rewritten(name, value, home) : value;
    if (told !== undefined) turned.push(name, told);
  }
  return turned;
}

function rewritten(name: string, value: string, home: Home): string | undefined {
  if (name !== 'link') return atHome(value, home);
  let lost = false;
  const links = value.replace(LINK_TARGET, (_, target: string) => {
    const address = atHome(target, home);
    lost ||= address === undefined;
    return `<${address}>`;
  });
  return lost ? undefined : links;
}

function atHome(address: string, { upstream, base }: Home): string | undefined {
  // Relative to what was asked for, which has the same place at the door.
  if (!/^(?:https?:|\/)/i.test(address)) return address;
  const url = URL.parse(address, upstream.href);
  if (url?.origin !== upstream.origin) return address;
  const root = upstream.pathname.replace(/\/$/, '');
  if (!url.pathname.startsWith(`${root}/`)) return undefined;
  return base() + url.pathname.slice(root.length) + url.search + url.hash;
}
