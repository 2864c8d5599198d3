import { signal } from '@preact/signals';
import type { Resumed } from '../../control/contract/acts.ts';
import type { FreezeView } from '../../control/contract/overview.ts';
import { act } from '../api.ts';
import { now } from '../clock.ts';
import { tell } from '../parts/toasts.tsx';
import { session } from '../session.ts';
import { dayTime, listed } from '../words.ts';
import { inUrl } from '../in-url.ts';

/** The agent that somebody thinks of resuming. */
export const resuming = signal<string | null>(null);

/** Gives what was refused, or nothing. */
export async function resume(agent: string, reason: string): Promise<string | null> {
  const answer = await act<Resumed>(`/v1/agents/${inUrl(agent)}/resume`, { reason });
  if (!answer.ok) return answer.failure.message;
  const { value } = answer;
  if (value.kind === 'resumed') tell(`${agent} works again, by ${listed(value.people)}.`, 'resume');
  else
    tell(`Your word is on record. Another person must say so before ${dayTime(value.until, now.value)} UTC.`, 'asks');
  return null;
}

/** Whether this person has already given the first of two words. */
export const saidSo = ({ assent }: FreezeView): boolean =>
  assent !== null && assent.by.toLowerCase() === session.value.name.toLowerCase();
