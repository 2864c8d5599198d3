import { useEffect, useState } from 'preact/hooks';
import type { CallPage } from '../../control/contract/lookups.ts';
import { ask, type Refused } from '../api.ts';
import { CallRowLink } from '../parts/call-row.tsx';
import { counted, grouped } from '../words.ts';
import { asked } from './asked.ts';
import { filter, type Filter } from './filter.ts';

type Page = Pick<CallPage, 'calls' | 'next' | 'looked'>;

/** Calls from the journal, the newest first; more of them when asked for. */
export function Found() {
  const wanted = filter.value;
  const [page, setPage] = useState<Page | null>(null);
  const [refused, refuse] = useState<Refused | null>(null);
  const [asking, setAsking] = useState(true);
  const more = async (before: number | null, earlier: CallPage['calls'], signal?: AbortSignal): Promise<void> => {
    setAsking(true);
    const answer = await ask<CallPage>(`/v1/calls?${asked(wanted, before)}`, signal);
    if (signal?.aborted === true) return;
    setAsking(false);
    if (!answer.ok) return refuse(answer.failure);
    refuse(null);
    setPage({ ...answer.value, calls: [...earlier, ...answer.value.calls] });
  };
  useEffect(() => {
    const given = new AbortController();
    setPage(null);
    void more(null, [], given.signal);
    return () => given.abort();
  }, [asked(wanted, null)]);
  return (
    <>
      <p class="stream-pace" role="status">
        {asking ? 'Looking in the journal…' : refused === null && page !== null ? said(page, wanted) : ''}
      </p>
      {refused !== null && (
        <p class="empty" role="alert">
          {refused.message}
        </p>
      )}
      <ul class="found">
        {page?.calls.map((line) => (
          <li key={line.call}>
            <CallRowLink line={line} outcome={line} />
          </li>
        ))}
      </ul>
      {page !== null && page.next !== null && (
        <button type="button" disabled={asking} onClick={() => void more(page.next, page.calls)}>
          Older ones
        </button>
      )}
    </>
  );
}

function said({ calls, looked }: Page, { about, from, to }: Filter): string {
  const found = calls.length === 0 ? 'No call' : counted(calls.length, 'call');
  const back = looked.back === null ? '' : `, back to ${looked.back.slice(0, 16).replace('T', ' ')} UTC`;
  const where = looked.all
    ? 'the whole journal was looked at'
    : `${grouped(looked.records)} records were looked at${back}`;
  const were = calls.length > 1 ? 'were found' : 'was found';
  const what = about === '' ? were : `had to do with ${about}`;
  const since = from === '' ? '' : ` from ${minute(from)}`;
  const until = to === '' ? '' : ` until ${minute(to)}`;
  const zone = from === '' && to === '' ? '' : ' UTC';
  return `${found} ${what}${since}${until}${zone}; ${where}.`;
}

const minute = (text: string): string => text.replace('T', ' ');
