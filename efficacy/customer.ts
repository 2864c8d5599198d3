import { createHash } from 'node:crypto';

export type Suite = 'retail' | 'airline';
/** Which half of the tasks a run belongs to: the one that was looked at while the policies were written, or the other. */
export type Half = 'design' | 'held_out';

/**
 * The customer whom a task is about. The benchmarks hold several tasks about one customer, in several wordings and under
 * several numbers, and one run of one is no evidence apart from another: so the customer is the cluster, and a half of the
 * customers is held out whole.
 */
export function customerOf(prompt: string): string | undefined {
  const id = /\b([a-z]+_[a-z]+)_\d{4}\b/.exec(prompt)?.[1];
  if (id !== undefined) return id;
  const named = /\b([A-Z][a-z]+) ([A-Z][a-z]+)\b/.exec(
    prompt.replaceAll(/\b(?:New York|Big Apple|San [A-Z]\w+)\b/g, ''),
  );
  if (named !== null) return `${named[1]}_${named[2]}`.toLowerCase();
  const mail = /\b([a-z]+)\.([a-z]+)\d+@/.exec(prompt);
  return mail === null ? undefined : `${mail[1]}_${mail[2]}`;
}

export function clusterOf(suite: Suite, prompt: string): string {
  const customer = customerOf(prompt);
  if (customer === undefined) throw new Error(`Failed to tell whom a task is about: ${prompt.slice(0, 80)}`);
  return `${suite}/${customer}`;
}

/** By a hash, so that nobody chose which. */
export function halfOf(cluster: string): Half {
  return ((createHash('sha256').update(cluster).digest()[0] as number) & 1) === 0 ? 'design' : 'held_out';
}
