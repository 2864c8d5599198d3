import { useState } from 'preact/hooks';
import type { HoldView } from '../../control/contract/holds.ts';
import { act } from '../api.ts';
import { now } from '../clock.ts';
import { Mark } from '../parts/mark.tsx';
import { Quoted } from '../parts/said.tsx';
import { tell } from '../parts/toasts.tsx';
import { Ago } from '../parts/when.tsx';
import { may, session } from '../session.ts';
import { inUrl } from '../in-url.ts';

const REASON_MAX_CHARACTERS = 1_000;

interface AnswerParts {
  readonly hold: HoldView;
  readonly again: () => void;
}

/** A yes or a no, with its reason; or what somebody has said already. */
export function Answer({ hold, again }: AnswerParts) {
  const { state, expiresAt } = hold;
  if (state === 'pending' && Date.parse(expiresAt) > now.value) return <Form hold={hold} again={again} />;
  return <Settled hold={hold} />;
}

function Form({ hold: { call, leadsTo }, again }: AnswerParts) {
  const [reason, say] = useState('');
  const [refused, refuse] = useState<string | null>(null);
  const [waits, wait] = useState(false);
  const mayApprove = may('approve');
  const mayReject = may('reject');
  if (!mayApprove && !mayReject) {
    return <p class="quiet">Your roles ({session.value.roles.join(', ')}) let you look at this, not answer it.</p>;
  }
  const answer = async (verb: 'approve' | 'reject'): Promise<void> => {
    if (waits) return;
    if (reason.trim() === '') {
      refuse('Say why first: the reason stands in the journal beside your name.');
      document.querySelector<HTMLElement>('#answer-reason')?.focus();
      return;
    }
    wait(true);
    const done = await act(`/v1/holds/${inUrl(call)}/${verb}`, { reason: reason.trim() });
    wait(false);
    if (done.ok)
      tell(verb === 'approve' ? 'Approved, on record. It goes when its agent sends it again.' : 'Refused, on record.');
    else refuse(done.failure.message);
    // Also where it was refused: somebody else may have been first, and what they did is shown.
    again();
  };
  return (
    <form
      class="answer"
      onSubmit={(event) => {
        // Enter says nothing: a yes and a no are pressed on purpose.
        event.preventDefault();
      }}
    >
      <label class="field">
        <span>Reason, for the journal</span>
        <textarea
          id="answer-reason"
          rows={3}
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
        {mayApprove && (
          <button type="button" class="sure" disabled={waits} onClick={() => void answer('approve')}>
            <Mark kind="good" /> {leadsTo === 'refused' ? 'Approve all the same' : 'Approve'}
          </button>
        )}
        {mayReject && (
          <button type="button" disabled={waits} onClick={() => void answer('reject')}>
            <Mark kind="deny" /> Reject
          </button>
        )}
      </div>
      {!mayApprove && <p class="quiet">Approving takes an approver. You may reject.</p>}
    </form>
  );
}

function Settled({ hold: { state, review, usedBy } }: { readonly hold: HoldView }) {
  if (review === null) {
    return (
      <p class="settled" role="status">
        <Mark kind="note" /> Nobody answered, and it has expired. If its agent sends the call again, it waits anew.
      </p>
    );
  }
  const { approved, by, reason, at } = review;
  return (
    <div class="settled" role="status">
      <p>
        <Mark kind={approved ? 'good' : 'deny'} />{' '}
        <b>
          {by === session.value.name ? 'You have' : `${by} has`} {approved ? 'approved' : 'rejected'} it
        </b>{' '}
        <Ago at={at} />: <Quoted text={reason} />
      </p>
      {state === 'approved' && <p class="quiet">Its agent has not sent it again yet.</p>}
      {usedBy !== null && (
        <p>
          It was sent: <a href={`/calls/${inUrl(usedBy)}`}>what came of it</a>
        </p>
      )}
      {state === 'expired' && <p class="quiet">It expired before its agent sent it again.</p>}
    </div>
  );
}
