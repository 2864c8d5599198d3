import type { GateView } from '../../control/contract/lookups.ts';
import { Empty } from '../parts/empty.tsx';
import { Mark } from '../parts/mark.tsx';
import type { MarkKind } from '../parts/shapes.ts';
import { Said } from '../parts/said.tsx';
import { Ago } from '../parts/when.tsx';
import { inUrl } from '../in-url.ts';

const VERDICT: Readonly<Record<GateView['verdict'], readonly [mark: MarkKind, words: string]>> = {
  PASS: ['good', 'passed'],
  FAIL: ['bad', 'failed'],
  INCONCLUSIVE: ['asks', 'cannot tell yet'],
};

/** What gates said last, what lacks, and for how long it still will at the present pace. */
export function Gates({ gates }: { readonly gates: readonly GateView[] }) {
  if (gates.length === 0) {
    return (
      <Empty>
        No gate has looked at an agent of this door. <code>interlock gate AGENT --to limited</code> does, and says what
        lacks.
      </Empty>
    );
  }
  return (
    <ul class="cards">
      {gates.map((gate) => (
        <li key={`${gate.agent} ${gate.to} ${gate.step}`} class={`card ${gate.verdict.toLowerCase()}`}>
          <Gate gate={gate} />
        </li>
      ))}
    </ul>
  );
}

function Gate({ gate: { agent, to, step, verdict, at, current, lacking } }: { readonly gate: GateView }) {
  const [mark, words] = VERDICT[verdict];
  return (
    <>
      <h3>
        <a href={`/agents/${inUrl(agent)}`}>{agent}</a> to {to}
        {step !== null && `, step ${step}`}
      </h3>
      <p>
        <Mark kind={mark} /> <b>{verdict}</b>: {words}{' '}
        <span class="quiet">
          <Ago at={at} />
        </span>
      </p>
      {!current && (
        <p class="asks-text">
          <Mark kind="asks" /> It speaks of other rules, or of another version of the agent: it counts no more.
        </p>
      )}
      {lacking.length > 0 && (
        <>
          <p class="quiet">What lacks:</p>
          <ul class="lines">
            {lacking.map(({ criterion, class: of, text, daysLeft }, index) => (
              <li key={index}>
                <b>{criterion.replaceAll('_', ' ')}</b>
                {of !== null && ` of ${of}`}: <Said text={text} />
                {daysLeft !== null && <span class="days"> about {days(daysLeft)} more</span>}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

const days = (count: number): string => {
  const whole = Math.ceil(count);
  return whole === 1 ? '1 day' : `${whole} days`;
};
