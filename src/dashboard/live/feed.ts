import { signal } from '@preact/signals';
import type { LiveEvents } from '../../control/contract/live.ts';
import type { Overview } from '../../control/contract/overview.ts';
import type { SessionView } from '../../control/contract/session.ts';
import { ask, csrf } from '../api.ts';
import { heardTime } from '../clock.ts';
import { session } from '../session.ts';
import { heard, link, SILENT_MS } from './freshness.ts';
import { remember } from './history.ts';
import { stream } from './ring.ts';

/** The newest first look; `null` until there was one. */
export const overview = signal<Overview | null>(null);

/** Between two attempts to connect again; the last one for ever. */
const AGAIN_MS = [250, 500, 1_000, 2_000, 3_000] as const;

let source: EventSource | null = null;
let attempts = 0;

/** Listens to the door for as long as the page is open. */
export function openFeed(): void {
  connect();
  setInterval(() => {
    // Open, and silent: the other end is gone and nobody has said so.
    if (link.value.kind === 'open' && heard.age() > SILENT_MS) again();
  }, 1_000);
  addEventListener('online', () => {
    if (link.value.kind === 'broken') connect();
  });
}

function connect(): void {
  source?.close();
  const opened = new EventSource('/v1/live');
  source = opened;
  opened.addEventListener('open', () => {
    attempts = 0;
    link.value = { kind: 'open' };
    heard.mark();
  });
  opened.addEventListener('error', again);
  on('overview', look);
  on('calls', (said) => stream.take(said, performance.now()));
  on('beat', ({ at }) => heardTime(at));
  on('bye', ({ why }) => {
    if (why === 'signed_out' || why === 'expired') void whetherStillSignedIn();
    else again();
  });

  function on<Name extends keyof LiveEvents>(name: Name, deed: (said: LiveEvents[Name]) => void): void {
    opened.addEventListener(name, (event) => {
      if (source !== opened) return;
      heard.mark();
      deed(JSON.parse((event as MessageEvent<string>).data) as LiveEvents[Name]);
    });
  }
}

function look(said: Overview): void {
  heardTime(said.at);
  overview.value = said;
  remember(said);
}

function again(): void {
  source?.close();
  source = null;
  if (link.value.kind !== 'broken') link.value = { kind: 'broken' };
  const pause = AGAIN_MS[Math.min(attempts, AGAIN_MS.length - 1)] ?? 3_000;
  attempts += 1;
  setTimeout(() => {
    if (source === null) void whetherStillSignedIn();
  }, pause);
}

/** An event stream that fails does not say why: an ended session would be asked for again for ever. */
async function whetherStillSignedIn(): Promise<void> {
  const answer = await ask<SessionView>('/v1/session');
  if (answer.ok) {
    csrf.value = answer.value.csrf;
    session.value = answer.value;
    // The door may answer and have no stream left for this page: a look every few seconds is better than none.
    const now = await ask<Overview>('/v1/overview');
    if (now.ok) {
      heard.mark();
      look(now.value);
    }
    connect();
  } else if (answer.failure.status !== 401) again();
}
