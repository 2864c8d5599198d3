import type { CallShown } from '../../control/contract/story.ts';
import { Fields, RequestHead } from '../parts/fields.tsx';
import { span } from '../words.ts';

const HOW = {
  sent: 'Sent to the business.',
  captured: 'Kept by the door: it works in shadow, and nothing was sent.',
  not_sent: 'Never sent.',
} as const;

const ORIGIN = {
  real: 'from the business',
  overlay: 'with captured writes of the session put in',
  synthetic: 'made up by the door',
  recorded: 'as recorded, without this door',
} as const;

/** The request and its answer, side by side. */
export function Wire({ story: { sent, answer } }: { readonly story: CallShown }) {
  return (
    <div class="wire">
      <div>
        <h3>{HOW[sent.how]}</h3>
        <RequestHead {...sent} />
        <Fields fields={sent.fields} opaque={sent.opaque} />
      </div>
      <div>
        {answer === null ? (
          <h3>No answer is recorded.</h3>
        ) : (
          <>
            <h3>
              {answer.status === null
                ? `No status: ${answer.failure ?? 'nobody knows why'}`
                : `Answered ${answer.status}`}
            </h3>
            <p class="quiet wire-line">
              {ORIGIN[answer.origin]}, after {span(answer.durationMs)}
            </p>
            <Fields fields={answer.fields} none="an empty answer" />
          </>
        )}
      </div>
    </div>
  );
}
