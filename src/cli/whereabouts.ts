import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import path from 'node:path';
import { lookupWithin } from '../door/transports/reach.ts';
import type { Upstream } from '../policy/index.ts';
import { certificatesIn } from './certificates.ts';
import { CommandFailed } from './failure.ts';

/** A door waits no longer than this for names before it opens: they are asked again for every connection. */
export const RESOLVE_TIMEOUT_MS = 2_000;

/**
 * Why an upstream's name must not be connected to as things are now; `null`: it may, or nobody knows its addresses yet. Said
 * before the door opens, so that a name that leads inside is found by whoever starts it and not by the first agent.
 */
export function placedElsewhere({ url, network }: Upstream): Promise<string | null> {
  if (isIP(url.hostname.replace(/^\[(.*)\]$/, '$1')) !== 0) return Promise.resolve(null);
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), RESOLVE_TIMEOUT_MS);
    lookupWithin([network])(url.hostname, { all: true }, (error) => {
      clearTimeout(timer);
      // A resolver's own errors have a code: no such name, no answer. The network may be down only now.
      const out = error !== null && error.code === undefined;
      resolve(
        out ? `${error.message}. Check its name, or write \`network:\` in the policy if that is where it is.` : null,
      );
    });
  });
}

/** The certificates of an upstream's private authority. */
export function authority(file: string, upstream: Upstream, policyFile: string): readonly string[] {
  const failed = (why: string): CommandFailed =>
    new CommandFailed(`Failed to open upstream \`${upstream.id}\`: its \`ca: ${file}\` ${why}.`);
  let text: string;
  try {
    text = readFileSync(path.resolve(path.dirname(policyFile), file), 'utf8');
  } catch (error) {
    throw failed(`cannot be read (${(error as NodeJS.ErrnoException).code}); the path is relative to the policy file`);
  }
  const certificates = certificatesIn(text);
  if (!certificates.ok) throw failed(certificates.failure);
  return certificates.value;
}
