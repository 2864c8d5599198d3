import { freshness } from '../live/freshness.ts';
import { Mark } from '../parts/mark.tsx';
import { span } from '../words.ts';

/** Whether what is shown is what is. Never says `live` of what it does not hear. */
export function LiveState() {
  const state = freshness.value;
  const live = state.kind === 'live';
  return (
    <span class={`live-state ${state.kind}`}>
      <Mark kind={live ? 'allow' : state.kind === 'old' ? 'asks' : 'call'} />
      {state.kind === 'old'
        ? state.reconnecting
          ? `reconnecting, ${span(state.ageMs)} old`
          : `${span(state.ageMs)} old`
        : state.kind === 'live'
          ? 'live'
          : 'connecting'}
    </span>
  );
}
