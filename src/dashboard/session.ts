import { signal } from '@preact/signals';
import type { Action } from '../control/contract/roles.ts';
import type { SessionView } from '../control/contract/session.ts';
import { act, ask, csrf } from './api.ts';

/** Who has signed in. It is known before anything is drawn. */
export const session = signal<SessionView>({ name: '', roles: [], may: [], csrf: '', expiresAt: '' });

/** A button that its person may not use is not there. */
export const may = (action: Action): boolean => session.value.may.includes(action);

/** Whether somebody has signed in; otherwise the page is being left, or says that it cannot reach its door. */
export async function loadSession(): Promise<boolean> {
  for (;;) {
    const answer = await ask<SessionView>('/v1/session');
    if (answer.ok) {
      csrf.value = answer.value.csrf;
      session.value = answer.value;
      return true;
    }
    if (answer.failure.status === 401) return false;
    await new Promise((waited) => setTimeout(waited, AGAIN_MS));
  }
}

const AGAIN_MS = 1_000;

export async function signOut(): Promise<void> {
  await act('/sign-out');
  location.assign('/sign-in');
}
