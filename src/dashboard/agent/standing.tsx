import type { AgentView } from '../../control/contract/overview.ts';
import { Stage } from '../parts/stage.tsx';
import { Moment } from '../parts/when.tsx';

/** At which stage it works, on whose word, and for how long. */
export function Standing({ view: { stage, step, standing } }: { readonly view: AgentView }) {
  return (
    <section aria-labelledby="standing">
      <h2 id="standing">Stage</h2>
      <p>
        <Stage stage={stage} step={step} /> {EFFECT[stage]}
      </p>
      <p class="quiet">
        {standing === null ? (
          'Its policy names the stage outright; no promotion is asked for.'
        ) : (
          <Ground standing={standing} />
        )}
      </p>
    </section>
  );
}

const EFFECT: Readonly<Record<AgentView['stage'], string>> = {
  sandbox: 'It works on mocks; nothing of it is real.',
  staging: 'It reads real staging data, and writes nothing.',
  shadow: 'It reads real data; its writes are captured and never sent.',
  limited: 'Its writes are sent within its segment.',
  production: 'Its writes are sent, as far as its policy lets them.',
};

function Ground({ standing }: { readonly standing: NonNullable<AgentView['standing']> }) {
  const { ground, id, until, mayBe, unproven } = standing;
  const last =
    until === null ? null : (
      <>
        , until <Moment at={until} /> UTC
      </>
    );
  if (ground === 'none') {
    return (
      <>
        Nothing proves more: without a promotion it works in {unproven}. Its policy lets it be in {mayBe}.{' '}
        <a href="/evidence">What a gate said of it</a>
      </>
    );
  }
  if (ground === 'glass')
    return (
      <>
        By broken glass {id}
        {last}; then it falls back to {unproven}.
      </>
    );
  return (
    <>
      By {ground} {id}
      {last}; its policy lets it be in {mayBe}. <a href="/evidence">What a gate said of it</a>
    </>
  );
}
