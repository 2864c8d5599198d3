import { computed, signal } from '@preact/signals';
import type { ReviewItem } from '../../control/contract/lookups.ts';
import { act } from '../api.ts';
import { session } from '../session.ts';
import { inUrl } from '../in-url.ts';

export type Opinion = 'sane' | 'wrong' | 'unsure';

/**
 * What somebody said of one call, on its way to the journal.
 * - `held`: said, and can still be taken back
 * - `sending`: on its way
 * - `waiting`: it did not arrive, and is tried again
 * - `sent`: on record
 * - `refused`: the door will not take it
 */
export interface Said {
  readonly call: string;
  readonly agent: string;
  readonly about: string;
  readonly opinion: Opinion;
  readonly reason: string;
  readonly state: 'held' | 'sending' | 'waiting' | 'sent' | 'refused';
  readonly message: string | null;
}

/** The oldest first. */
export const said = signal<readonly Said[]>([]);

/** Those that are not on record yet. */
export const unsent = computed(() => said.value.filter(({ state }) => state !== 'sent' && state !== 'refused'));

/** So long an answer can be taken back, unless another one is given. */
export const UNDO_MS = 6_000;
const AGAIN_MS = [1_000, 2_000, 5_000, 10_000, 30_000] as const;
/** Of those on record; the journal has them all. */
const SHOWN_MAX = 30;

let holding: ReturnType<typeof setTimeout> | undefined;
let trying: ReturnType<typeof setTimeout> | undefined;
let attempts = 0;
let busy = false;

/** One kept place per person: two who share a browser do not speak for each other. */
const place = (): string => `interlock.review.${session.value.name}`;

/** Takes an answer. The one before it can be taken back no more, and is sent. */
export function give(item: ReviewItem, opinion: Opinion, reason: string): void {
  release();
  const about = [item.route, item.amount, item.subject].filter((each) => each !== null).join(' · ');
  const given: Said = { call: item.call, agent: item.agent, about, opinion, reason, state: 'held', message: null };
  put([...said.value.filter(({ call }) => call !== item.call), given]);
  holding = setTimeout(release, UNDO_MS);
}

/** Takes the last answer back, if it has not left; gives the call that it was about. */
export function undo(): string | null {
  const last = said.value.findLast(({ state }) => state === 'held');
  if (last === undefined) return null;
  clearTimeout(holding);
  put(said.value.filter((each) => each !== last));
  return last.call;
}

/** Sends what is held. */
export function release(): void {
  clearTimeout(holding);
  put(said.value.map((each) => (each.state === 'held' ? { ...each, state: 'waiting' } : each)));
  void send();
}

/** Takes up what an earlier visit could not send. */
export function openOutbox(): () => void {
  const left = kept().filter(({ call }) => !said.value.some((each) => each.call === call));
  put([...left.map((each): Said => ({ ...each, state: 'waiting' })), ...said.value]);
  void send();
  // Whoever closes the tab has meant what they said.
  const leave = (): void => {
    if (document.visibilityState === 'hidden') release();
  };
  document.addEventListener('visibilitychange', leave);
  return () => {
    document.removeEventListener('visibilitychange', leave);
    release();
  };
}

async function send(): Promise<void> {
  if (busy) return;
  clearTimeout(trying);
  const next = said.value.find(({ state }) => state === 'waiting');
  if (next === undefined) return;
  busy = true;
  mark(next.call, { state: 'sending' });
  const { call, agent, opinion, reason } = next;
  const answer = await act(`/v1/calls/${inUrl(call)}/assess`, { agent, opinion, reason });
  busy = false;
  if (answer.ok) {
    attempts = 0;
    mark(call, { state: 'sent', message: null });
    return send();
  }
  const { status, message } = answer.failure;
  if (status !== null && status < 500 && status !== 429 && status !== 401) {
    mark(call, { state: 'refused', message });
    return send();
  }
  mark(call, { state: 'waiting', message });
  trying = setTimeout(() => void send(), AGAIN_MS[Math.min(attempts, AGAIN_MS.length - 1)]);
  attempts += 1;
  return undefined;
}

function mark(call: string, now: Partial<Said>): void {
  put(said.value.map((each) => (each.call === call ? { ...each, ...now } : each)));
}

function put(all: readonly Said[]): void {
  const done = all.filter(({ state }) => state === 'sent').length;
  let surplus = Math.max(0, done - SHOWN_MAX);
  said.value = all.filter(({ state }) => state !== 'sent' || surplus-- <= 0);
  keep();
}

/** What is not on record survives a reload. */
function keep(): void {
  try {
    if (unsent.value.length === 0) localStorage.removeItem(place());
    else localStorage.setItem(place(), JSON.stringify(unsent.value));
  } catch {
    // A browser that keeps nothing: the answers live as long as the page.
  }
}

function kept(): readonly Said[] {
  try {
    return JSON.parse(localStorage.getItem(place()) ?? '[]') as readonly Said[];
  } catch {
    return [];
  }
}
