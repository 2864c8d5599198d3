import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect } from 'preact/hooks';
import type { CallPage } from '../../control/contract/lookups.ts';
import { ask } from '../api.ts';
import { now } from '../clock.ts';
import { onKeys } from '../keys.ts';
import { freshness } from '../live/freshness.ts';
import { stream, type CallRow } from '../live/ring.ts';
import { CallRowLink } from '../parts/call-row.tsx';
import { Mark } from '../parts/mark.tsx';
import { clockTime, counted, grouped } from '../words.ts';
import { Controls } from './controls.tsx';
import { filter, isLooking, narrowed, wants } from './filter.ts';
import { Found } from './found.tsx';
import { Rows } from './rows.tsx';

/** So many are asked of the journal when the view is opened: all that it gives at once. */
const RECALLED = 200;

/** What is shown while time stands still here. `by`: a scroll is over at the top, a pause when somebody says so. */
interface Pause {
  readonly by: 'scroll' | 'hand';
  readonly rows: readonly CallRow[];
  readonly at: number;
  /** The newest record then. */
  readonly seq: number;
}

/** The calls as they go by; or, with an id or a time, those that the journal knows of. */
export function CallStream() {
  return (
    <>
      <h1 class="stream-title">Calls</h1>
      <Controls />
      {isLooking(filter.value) ? <Found /> : <Live />}
    </>
  );
}

function Live() {
  const paused = useSignal<Pause | null>(null);
  const rows = useComputed(() => {
    void stream.version.value;
    return paused.value?.rows.filter(wants(filter.value)) ?? stream.newest(wants(filter.value));
  });
  const pause = (by: Pause['by']): void => {
    const all = stream.newest(() => true);
    paused.value = { by, rows: all, at: now.value, seq: all[0]?.seq ?? 0 };
  };
  const toggle = (): void => {
    if (paused.value === null) pause('hand');
    else goOn();
  };
  const goOn = (): void => {
    paused.value = null;
    document.querySelector('.rows')?.scrollTo({ top: 0 });
  };
  useEffect(() => void recall(), []);
  useLayoutEffect(() => onKeys([{ keys: 'space', does: 'Hold the stream still, and let it run', run: toggle }]), []);
  return (
    <>
      <div class="stream-bar">
        <p class="stream-pace">{paused.value === null ? <Pace /> : <Still pause={paused.value} />}</p>
        <button type="button" aria-pressed={paused.value !== null} onClick={toggle}>
          <Mark kind={paused.value === null ? 'freeze' : 'resume'} />{' '}
          {paused.value === null ? 'Hold still' : 'Let it run'}
        </button>
      </div>
      <div class="call-heads" aria-hidden="true">
        <span>Time, UTC</span>
        <span>Verdict</span>
        <span>Agent</span>
        <span>Route and subject</span>
        <span class="call-amount">Amount</span>
        <span>Why, or how it ended</span>
      </div>
      <Rows
        name="Calls, the newest first"
        rows={rows.value}
        draw={(row) => <CallRowLink line={row} outcome={row.outcome} />}
        onReach={() => {
          if (paused.value === null && rows.value.length > 0) pause('scroll');
        }}
        onTop={(top) => {
          if (!top && paused.value === null) pause('scroll');
          else if (top && paused.value?.by === 'scroll') paused.value = null;
        }}
      >
        {rows.value.length === 0 && <p class="rows-empty">{nothing()}</p>}
      </Rows>
    </>
  );
}

/** Who opens this was not here when it happened: the journal has what was just before. */
async function recall(): Promise<void> {
  const answer = await ask<CallPage>(`/v1/calls?limit=${RECALLED}`);
  if (answer.ok) stream.recall(answer.value.calls);
}

function nothing(): string {
  if (narrowed(filter.value))
    return 'No call that this page has seen is one of these. Older ones are in the journal: look for an id.';
  return 'No call has come by yet. It listens.';
}

/** Of how many calls these are a sample, without pretending to be more. */
function Pace() {
  // Once a second, and whenever something came.
  void now.value;
  void stream.version.value;
  if (freshness.value.kind !== 'live') return <>Nothing is heard at the moment.</>;
  const { seen, shown } = stream.pace(performance.now());
  if (seen === 0) return <>No call in the last second.</>;
  if (shown >= seen) return <>{counted(seen, 'call')} in the last second, all of them shown.</>;
  return (
    <>
      Showing <b>{grouped(shown)}</b> of <b>{grouped(seen)}</b> in the last second; each verdict, agent and route that
      occurred is among them.
    </>
  );
}

function Still({ pause: { at, seq } }: { readonly pause: Pause }) {
  void stream.version.value;
  const newer = stream.newest((row) => row.seq > seq).length;
  return (
    <>
      Held still at {clockTime(at)} UTC{newer > 0 && `; ${grouped(newer)} newer`}.
    </>
  );
}
