import { useState } from 'preact/hooks';
import type { AgentView } from '../../control/contract/overview.ts';
import { byNeed } from '../attention.ts';
import { overview } from '../live/feed.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Mark } from '../parts/mark.tsx';
import { counted, listed, rate } from '../words.ts';
import { asking, kill, killAll } from './kill.ts';

/** A reason that is true of whoever presses a button in the night; they may say more. */
const REASON = 'stopped by hand from the control room, to be looked into';
const REASON_MAX_CHARACTERS = 1_000;

export function KillDialog() {
  const question = asking.value;
  if (question === null) return null;
  return <Question key={question.agent ?? ''} named={question.agent} />;
}

const close = (): void => {
  asking.value = null;
};

/** Whom, why, and what it does. Enter anywhere in it kills. */
function Question({ named }: { readonly named: string | null }) {
  const agents = byNeed(overview.value?.agents ?? []);
  const busiest = agents.toSorted((a, b) => b.traffic.perSecond - a.traffic.perSecond)[0]?.agent ?? null;
  const [chosen, choose] = useState<string | null>(named ?? (agents.length === 1 ? busiest : null));
  const [reason, say] = useState(REASON);
  const hit = chosen === null ? agents : agents.filter(({ agent }) => agent === chosen);
  const what = chosen ?? 'every agent';
  const submit = (event: Event): void => {
    event.preventDefault();
    if (reason.trim() === '') return;
    close();
    void (chosen === null ? killAll(reason.trim()) : kill(chosen, reason.trim()));
  };
  return (
    <Dialog title={named === null ? 'Kill' : `Kill ${named}?`} onClose={close} class="kill-dialog">
      <form onSubmit={submit}>
        {named === null && agents.length > 1 && (
          <fieldset class="whom">
            <legend>Whom</legend>
            <div>
              <Whom name="Every agent" agents={agents} checked={chosen === null} onChoose={() => choose(null)} />
              {agents.map((each) => (
                <Whom
                  key={each.agent}
                  name={each.agent}
                  agents={[each]}
                  checked={chosen === each.agent}
                  onChoose={() => choose(each.agent)}
                />
              ))}
            </div>
          </fieldset>
        )}
        <p class="consequence">{consequence(hit)}</p>
        <label class="field">
          <span>Reason, for the journal</span>
          <input
            type="text"
            value={reason}
            maxLength={REASON_MAX_CHARACTERS}
            required
            onInput={(event) => say(event.currentTarget.value)}
          />
        </label>
        <div class="dialog-acts">
          <button type="submit" class="kill sure" data-first>
            <Mark kind="kill" /> Kill {what}
          </button>
          <button type="button" onClick={close}>
            Let it work
          </button>
        </div>
      </form>
    </Dialog>
  );
}

interface WhomParts {
  readonly name: string;
  readonly agents: readonly AgentView[];
  readonly checked: boolean;
  readonly onChoose: () => void;
}

function Whom({ name, agents, checked, onChoose }: WhomParts) {
  const perSecond = agents.reduce((sum, each) => sum + each.traffic.perSecond, 0);
  const stopped = agents.every(({ frozen }) => frozen !== null);
  return (
    <label>
      <input type="radio" name="whom" checked={checked} onChange={onChoose} />
      <span>{name}</span>
      <span class="quiet">{stopped ? 'stopped already' : `${rate(perSecond)} calls/s`}</span>
    </label>
  );
}

/** What it does, named before it is done. */
function consequence(agents: readonly AgentView[]): string {
  const inFlight = agents.reduce((sum, each) => sum + each.inFlight, 0);
  const frozen = agents.filter((each) => each.frozen !== null).map(({ agent }) => agent);
  const severs =
    inFlight === 0
      ? 'No call is in flight at the moment.'
      : `Severs ${counted(inFlight, 'call')} in flight; whether ${inFlight === 1 ? 'it' : 'they'} took effect, nobody knows until it is looked up.`;
  const already = frozen.length === 0 ? '' : ` ${listed(frozen)} ${frozen.length === 1 ? 'is' : 'are'} frozen already.`;
  const after =
    agents.length === 1
      ? 'Nothing of it reaches a business API after that until a person resumes it.'
      : 'Nothing of theirs reaches a business API after that until a person resumes each.';
  return `${severs}${already} ${after}`;
}
