import { openKill } from '../acts/kill.ts';
import { overview } from '../live/feed.ts';
import { Mark } from '../parts/mark.tsx';
import { session } from '../session.ts';
import { LiveState } from './live-state.tsx';
import { openMenu } from './opened.ts';

/** What is at the top of every view: which door this is, whether it is heard, and the way to stop what it lets through. */
export function Head() {
  const look = overview.value;
  return (
    <header class="head">
      <div class="head-row">
        <a class="brand" href="/">
          Interlock
        </a>
        {look !== null && <span class="environment">{look.environment}</span>}
        {look?.mocked === true && <span class="stage">mocks, nothing real</span>}
        <LiveState />
        <button
          type="button"
          class="plain who"
          aria-haspopup="dialog"
          aria-label={`${session.value.name}: menu`}
          onClick={openMenu}
        >
          <span class="who-name">{session.value.name}</span> <span aria-hidden="true">▾</span>
        </button>
        <button type="button" class="kill" onClick={() => openKill(null)}>
          <Mark kind="kill" /> Kill…
        </button>
      </div>
    </header>
  );
}
