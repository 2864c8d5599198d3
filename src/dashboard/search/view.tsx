import { useEffect, useState } from 'preact/hooks';
import type { CallPage } from '../../control/contract/lookups.ts';
import { address, go } from '../address.ts';
import { ask, type Refused } from '../api.ts';
import { Empty, NoAnswer } from '../parts/empty.tsx';
import { counted } from '../words.ts';
import { Filters, FILTERS } from './filters.tsx';
import { Found } from './found.tsx';

type Pages =
  | { readonly kind: 'asking'; readonly pages: readonly CallPage[] }
  | { readonly kind: 'answered'; readonly pages: readonly CallPage[] }
  | { readonly kind: 'refused'; readonly refused: Refused };

/** Looks for calls in the journal by what one knows of them. */
export function Search() {
  const { query } = address.value;
  const wanted = new URLSearchParams(
    FILTERS.flatMap((name) => {
      const value = query.get(name) ?? '';
      return value === '' ? [] : [[name, value]];
    }),
  );
  return (
    <>
      <h1>Search the journal</h1>
      <Filters key={String(wanted)} wanted={wanted} onSearch={(next) => go(`/search?${next}`)} />
      <Results key={String(wanted)} wanted={String(wanted)} />
    </>
  );
}

function Results({ wanted }: { readonly wanted: string }) {
  const [state, show] = useState<Pages>({ kind: 'asking', pages: [] });
  const [before, page] = useState<number | null>(null);
  useEffect(() => {
    const given = new AbortController();
    const query = new URLSearchParams(wanted);
    if (before !== null) query.set('before', String(before));
    const shown = state.kind === 'refused' ? [] : state.pages;
    show({ kind: 'asking', pages: shown });
    void ask<CallPage>(`/v1/calls?${query}`, given.signal).then((answer) => {
      if (given.signal.aborted) return;
      show(
        answer.ok
          ? { kind: 'answered', pages: [...shown, answer.value] }
          : { kind: 'refused', refused: answer.failure },
      );
    });
    return () => given.abort();
  }, [before]);
  if (state.kind === 'refused') {
    return <NoAnswer asked={{ kind: 'refused', refused: state.refused, again: () => page((last) => last) }} />;
  }
  const calls = state.pages.flatMap((each) => each.calls);
  const last = state.pages.at(-1);
  return (
    <>
      <p class="quiet" role="status">
        {state.kind === 'asking' ? 'Looking…' : summary(calls.length, last)}
      </p>
      {calls.length > 0 && <Found calls={calls} />}
      {state.kind === 'answered' && calls.length === 0 && last?.looked.all === true && (
        <Empty>No call is like that. Take a filter away.</Empty>
      )}
      {state.kind === 'answered' && last !== undefined && last.next !== null && (
        <button type="button" onClick={() => page(last.next)}>
          Look further back
        </button>
      )}
    </>
  );
}

function summary(count: number, last: CallPage | undefined): string {
  const found = `${counted(count, 'call')}, the newest first`;
  if (last === undefined || last.looked.all) return `${found}.`;
  const back = last.looked.back === null ? '' : `, back to ${last.looked.back.slice(0, 16).replace('T', ' ')} UTC`;
  return `${found}, in the last ${counted(last.looked.records, 'record')}${back}.`;
}
