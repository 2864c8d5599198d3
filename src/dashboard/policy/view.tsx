import type { PolicyView } from '../../control/contract/policy.ts';
import { address } from '../address.ts';
import { useAnswer } from '../parts/answer.ts';
import { NoAnswer } from '../parts/empty.tsx';
import { Ago, Moment } from '../parts/when.tsx';
import { may } from '../session.ts';
import { PolicyText } from './text.tsx';
import { Radius } from './radius.tsx';
import { ReloadPreview } from './reload.tsx';

/** What decides: the policy in force, and what may happen at most under it. */
export function Policy() {
  const asked = useAnswer<PolicyView>('/v1/policy');
  const rule = address.value.query.get('rule');
  if (asked.kind !== 'answered') {
    return (
      <>
        <h1>Policy</h1>
        <NoAnswer asked={asked} />
      </>
    );
  }
  const { digest, file, since, agents, total } = asked.value;
  return (
    <article class="policy">
      <header>
        <h1>Policy</h1>
        <p class="quiet">
          <code>{file}</code>, digest{' '}
          <code title={digest}>
            {digest.slice(0, 12)}
            <span class="unseen">{digest.slice(12)}</span>
          </code>
          , in force since <Moment at={since} /> UTC (<Ago at={since} />)
        </p>
      </header>
      <section aria-labelledby="radius">
        <h2 id="radius">What may happen at most</h2>
        <p class="quiet">
          An upper bound, whatever an agent tries; the same as <code>interlock check</code> says.
        </p>
        <Radius agents={agents} total={total} />
      </section>
      {may('administer') && (
        <section aria-labelledby="reload">
          <h2 id="reload">The file as it is now</h2>
          <ReloadPreview onLoaded={asked.again} />
        </section>
      )}
      <section aria-labelledby="text">
        <h2 id="text">Its text</h2>
        <PolicyText policy={asked.value} rule={rule} />
      </section>
    </article>
  );
}
