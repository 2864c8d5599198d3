import { useEffect, useState } from 'preact/hooks';
import { ask, type Refused } from '../api.ts';

/** What became of a question to the control API. `again` asks anew and keeps what was shown meanwhile. */
export type Asked<Value> = { readonly again: () => void } & (
  | { readonly kind: 'asking' }
  | { readonly kind: 'answered'; readonly value: Value; readonly asking: boolean }
  | { readonly kind: 'refused'; readonly refused: Refused }
);

type State<Value> =
  | { readonly kind: 'asking' }
  | { readonly kind: 'answered'; readonly value: Value; readonly asking: boolean }
  | { readonly kind: 'refused'; readonly refused: Refused };

const ASKING = { kind: 'asking' } as const;

/** Asks when a view is shown, and again whenever the path changes. `null`: nothing to ask yet. */
export function useAnswer<Value>(path: string | null): Asked<Value> {
  const [{ of, state }, setState] = useState<{ of: string | null; state: State<Value> }>({ of: path, state: ASKING });
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (path === null) return undefined;
    const given = new AbortController();
    setState((before) => ({
      of: path,
      state: before.of === path && before.state.kind === 'answered' ? { ...before.state, asking: true } : ASKING,
    }));
    void ask<Value>(path, given.signal).then((answer) => {
      if (given.signal.aborted) return;
      setState({
        of: path,
        state: answer.ok
          ? { kind: 'answered', value: answer.value, asking: false }
          : { kind: 'refused', refused: answer.failure },
      });
    });
    return () => given.abort();
  }, [path, round]);
  // What was answered about something else is not shown for this.
  return { ...(of === path ? state : ASKING), again: () => setRound((each) => each + 1) };
}
