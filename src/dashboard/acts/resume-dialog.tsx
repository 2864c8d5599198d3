import { useState } from 'preact/hooks';
import type { AgentView, FreezeView } from '../../control/contract/overview.ts';
import { overview } from '../live/feed.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Mark } from '../parts/mark.tsx';
import { Ago, Moment } from '../parts/when.tsx';
import { actor, reasonOf } from '../words.ts';
import { resume, resuming } from './resume.ts';

const REASON_MAX_CHARACTERS = 1_000;

const close = (): void => {
  resuming.value = null;
};

export function ResumeDialog() {
  const found = overview.value?.agents.find(({ agent }) => agent === resuming.value);
  if (resuming.value === null || found === undefined) return null;
  return <Question key={found.agent} view={found} />;
}

function Question({ view: { agent, frozen } }: { readonly view: AgentView }) {
  const [reason, say] = useState('');
  const [refused, refuse] = useState<string | null>(null);
  const [waits, wait] = useState(false);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (waits) return;
    wait(true);
    const why = await resume(agent, reason.trim());
    wait(false);
    if (why === null) close();
    else refuse(why);
  };
  if (frozen === null) {
    return (
      <Dialog title={`${agent} is not frozen`} onClose={close}>
        <p>Somebody has resumed it meanwhile.</p>
        <div class="dialog-acts">
          <button type="button" data-first onClick={close}>
            Close
          </button>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog title={`Resume ${agent}?`} onClose={close}>
      <form onSubmit={(event) => void submit(event)}>
        <p>
          {frozen.trip === 'kill' ? 'Killed' : 'Frozen'} <Ago at={frozen.at} /> by {actor(frozen.by)}:{' '}
          <q>{reasonOf(frozen)}</q>
        </p>
        <People frozen={frozen} />
        <label class="field">
          <span>Why it may work again, for the journal</span>
          <input
            type="text"
            data-first
            required
            value={reason}
            maxLength={REASON_MAX_CHARACTERS}
            onInput={(event) => say(event.currentTarget.value)}
          />
        </label>
        {refused !== null && (
          <p class="refused" role="alert">
            <Mark kind="fail" /> {refused}
          </p>
        )}
        <div class="dialog-acts">
          <button type="submit" class="sure" disabled={waits}>
            <Mark kind="resume" />{' '}
            {frozen.people === 2 && frozen.assent === null ? 'Say yes, as the first of two' : `Resume ${agent}`}
          </button>
          <button type="button" onClick={close}>
            Leave it frozen
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** Whose word it takes, where the policy asks for two. */
function People({ frozen: { people, assent } }: { readonly frozen: FreezeView }) {
  if (people === 1) return null;
  if (assent === null)
    return <p>Its policy asks for two people. You would be the first; it stays frozen until another says the same.</p>;
  return (
    <p>
      {assent.by} has said yes. You would be the second, until <Moment at={assent.until} /> UTC.
    </p>
  );
}
