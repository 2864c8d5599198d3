import type { AgentView } from '../../control/contract/overview.ts';
import { Mark } from '../parts/mark.tsx';
import { may } from '../session.ts';
import { kills, openKill } from './kill.ts';
import { resuming, saidSo } from './resume.ts';

/** What may be done with an agent by who looks at it. What they may not do is not there. */
export function AgentActs({ view: { agent, frozen } }: { readonly view: AgentView }) {
  const pending = kills.value.get(agent)?.kind === 'pending';
  return (
    <div class="acts">
      {frozen !== null && may('resume') && !saidSo(frozen) && (
        <button
          type="button"
          onClick={() => {
            resuming.value = agent;
          }}
        >
          <Mark kind="resume" /> Resume…<span class="unseen"> {agent}</span>
        </button>
      )}
      <button type="button" class="kill" disabled={pending} onClick={() => openKill(agent)}>
        <Mark kind="kill" /> {pending ? 'Killing' : 'Kill'}…<span class="unseen"> {agent}</span>
      </button>
    </div>
  );
}
