import { signal } from '@preact/signals';
import type { Killed, KilledAll } from '../../control/contract/acts.ts';
import { act } from '../api.ts';
import { doorTime } from '../clock.ts';
import { overview } from '../live/feed.ts';
import { tell } from '../parts/toasts.tsx';
import { counted, span } from '../words.ts';
import { inUrl } from '../in-url.ts';

/** What became of a kill that this page has asked for. */
export type KillState =
  | { readonly kind: 'pending' }
  | { readonly kind: 'done'; readonly severed: number; readonly tookMs: number; readonly at: number }
  | { readonly kind: 'failed'; readonly message: string };

/** The last kill of each agent, by this page. */
export const kills = signal<ReadonlyMap<string, KillState>>(new Map());

/** The question that is open: of one agent, or (`null`) of which. */
export const asking = signal<{ readonly agent: string | null } | null>(null);

/** Asks before it kills; the second step is one key. */
export function openKill(agent: string | null): void {
  asking.value = { agent };
}

export async function kill(agent: string, reason: string): Promise<void> {
  note([agent], { kind: 'pending' });
  const began = performance.now();
  const answer = await act<Killed>(`/v1/agents/${inUrl(agent)}/kill`, { reason });
  const tookMs = performance.now() - began;
  if (answer.ok) done(agent, answer.value.severed.length, tookMs);
  else failed([agent], answer.failure.message);
}

export async function killAll(reason: string): Promise<void> {
  const all = overview.value?.agents.map(({ agent }) => agent) ?? [];
  note(all, { kind: 'pending' });
  const began = performance.now();
  const answer = await act<KilledAll>('/v1/kill', { reason });
  const tookMs = performance.now() - began;
  if (!answer.ok) return failed(all, answer.failure.message);
  const at = doorTime();
  for (const { agent, severed } of answer.value.agents)
    note([agent], { kind: 'done', severed: severed.length, tookMs, at });
  const severed = answer.value.agents.reduce((sum, each) => sum + each.severed.length, 0);
  const agents = counted(answer.value.agents.length, 'agent');
  tell(`${agents} killed: ${counted(severed, 'call')} severed, on record after ${span(tookMs)}.`, 'kill');
}

function done(agent: string, severed: number, tookMs: number): void {
  note([agent], { kind: 'done', severed, tookMs, at: doorTime() });
  tell(`${agent} is killed: ${counted(severed, 'call')} severed, on record after ${span(tookMs)}.`, 'kill');
}

function failed(agents: readonly string[], message: string): void {
  note(agents, { kind: 'failed', message });
  tell(`Not killed, as far as is known: ${message}`, 'fail');
}

function note(agents: readonly string[], state: KillState): void {
  kills.value = new Map([...kills.value, ...agents.map((agent) => [agent, state] as const)]);
}
