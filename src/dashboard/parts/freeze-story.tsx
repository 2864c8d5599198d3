import type { FreezeView } from '../../control/contract/overview.ts';
import { saidSo } from '../acts/resume.ts';
import { actor, reasonOf } from '../words.ts';
import { Mark } from './mark.tsx';
import { Ago, Moment } from './when.tsx';

/** That an agent stands still, since when, by whom and why, and whose word lets it work again. */
export function FreezeStory({ frozen }: { readonly frozen: FreezeView }) {
  return (
    <div class="freeze-story">
      <p>
        <Mark kind="freeze" /> <b>{frozen.trip === 'kill' ? 'Killed' : 'Frozen'}</b> <Ago at={frozen.at} /> by{' '}
        <bdi>{actor(frozen.by)}</bdi>
      </p>
      <p class="freeze-reason">
        <bdi>{reasonOf(frozen)}</bdi>
      </p>
      <People frozen={frozen} />
    </div>
  );
}

function People({ frozen }: { readonly frozen: FreezeView }) {
  const { people, assent } = frozen;
  if (people === 1) return null;
  if (assent === null) return <p class="quiet">Two people must say that it may work again.</p>;
  return (
    <p class="assent">
      <Mark kind="asks" />
      <span>
        <bdi>{saidSo(frozen) ? 'You have' : `${assent.by} has`}</bdi> said yes; another person must, until{' '}
        <Moment at={assent.until} /> UTC.
      </span>
    </p>
  );
}
