import { useState } from 'preact/hooks';
import type { AgentReload, ReloadAnswer } from '../../control/contract/policy.ts';
import { act } from '../api.ts';
import { Mark } from '../parts/mark.tsx';
import type { MarkKind } from '../parts/shapes.ts';
import { Said } from '../parts/said.tsx';
import { tell } from '../parts/toasts.tsx';

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'asking' }
  | { readonly kind: 'shown'; readonly answer: ReloadAnswer }
  | { readonly kind: 'refused'; readonly message: string };

/** What loading the file again would do, and then does: nothing is loaded that was not shown. */
export function ReloadPreview({ onLoaded }: { readonly onLoaded: () => void }) {
  const [state, show] = useState<State>({ kind: 'idle' });
  const ask = async (dry: boolean): Promise<void> => {
    show({ kind: 'asking' });
    const done = await act<ReloadAnswer>(`/v1/policy/reload${dry ? '?dry=1' : ''}`);
    if (!done.ok) return show({ kind: 'refused', message: done.failure.message });
    show({ kind: 'shown', answer: done.value });
    if (dry || !done.value.loaded) return undefined;
    tell(`The policy is in force as it stands in the file, after ${done.value.tookMs} ms.`);
    return onLoaded();
  };
  return (
    <div class="reload">
      <p class="quiet">
        Reads the file that the door was started with, and says what loading it would do. Nothing changes until you load
        it.
      </p>
      <div class="dialog-acts">
        <button type="button" disabled={state.kind === 'asking'} onClick={() => void ask(true)}>
          See what would change
        </button>
        {state.kind === 'shown' && state.answer.loaded && state.answer.before !== state.answer.after && (
          <button type="button" class="sure" onClick={() => void ask(false)}>
            Load it
          </button>
        )}
      </div>
      {state.kind === 'refused' && (
        <p class="refused" role="alert">
          <Mark kind="fail" /> {state.message}
        </p>
      )}
      {state.kind === 'shown' && <Shown answer={state.answer} />}
    </div>
  );
}

function Shown({ answer: { before, after, agents, refused } }: { readonly answer: ReloadAnswer }) {
  return (
    <div role="status">
      {refused.length > 0 && (
        <ul class="lines">
          {refused.map((why) => (
            <li key={why} class="refused">
              <Mark kind="fail" /> <Said text={why} />
            </li>
          ))}
        </ul>
      )}
      {before === after ? (
        <p>The file says what is in force.</p>
      ) : (
        <p>
          <code>{before.slice(0, 12)}</code> → <code>{after?.slice(0, 12) ?? 'unreadable'}</code>
        </p>
      )}
      <ul class="lines">
        {agents
          .filter(({ did }) => did !== 'same')
          .map((each) => (
            <Agent key={each.agent} change={each} />
          ))}
      </ul>
    </div>
  );
}

const DID: Readonly<Record<AgentReload['did'], readonly [mark: MarkKind, words: string]>> = {
  same: ['note', 'stays as it is'],
  narrower: ['good', 'may do less'],
  wider: ['asks', 'may do more'],
  added: ['asks', 'is new'],
  removed: ['note', 'is gone'],
};

function Agent({ change: { agent, did, changes, stage } }: { readonly change: AgentReload }) {
  const [mark, words] = DID[did];
  return (
    <li>
      <Mark kind={mark} /> <b>{agent}</b> {words}
      {stage.before !== stage.after && `, ${stage.before ?? 'nowhere'} → ${stage.after ?? 'nowhere'}`}
      {changes.map((each) => (
        <p key={each} class="quiet">
          <Said text={each} />
        </p>
      ))}
    </li>
  );
}
