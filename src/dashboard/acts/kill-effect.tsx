import type { FreezeView } from '../../control/contract/overview.ts';
import { Mark } from '../parts/mark.tsx';
import { clockTime, counted, span } from '../words.ts';
import { kills } from './kill.ts';

/** What this page's kill of an agent came to. It stands until the agent works again. */
export function KillEffect({ agent, frozen }: { readonly agent: string; readonly frozen: FreezeView | null }) {
  const state = kills.value.get(agent);
  if (state === undefined || (state.kind === 'done' && frozen === null)) return null;
  switch (state.kind) {
    case 'pending':
      return (
        <p class="kill-effect">
          <Mark kind="kill" /> Killing it…
        </p>
      );
    case 'failed':
      return (
        <p class="kill-effect refused">
          <Mark kind="fail" />{' '}
          <span>
            Not killed, as far as is known: {state.message} On the door’s own machine:{' '}
            <code>interlock kill {agent}</code>
          </span>
        </p>
      );
    default:
      return (
        <p class="kill-effect">
          <Mark kind="kill" /> Your kill severed {counted(state.severed, 'call')} and was on record after{' '}
          {span(state.tookMs)}, at {clockTime(state.at)} UTC.
        </p>
      );
  }
}
