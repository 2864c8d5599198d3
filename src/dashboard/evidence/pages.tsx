import type { PageView } from '../../control/contract/lookups.ts';
import { Empty } from '../parts/empty.tsx';
import { Mark } from '../parts/mark.tsx';
import { Ago } from '../parts/when.tsx';
import { counted, listed } from '../words.ts';
import { inUrl } from '../in-url.ts';

/** What people were told, what still waits to be, and what nobody got. */
export function Pages({ pages }: { readonly pages: readonly PageView[] }) {
  if (pages.length === 0) {
    return (
      <Empty>
        Nobody was told anything. Who is told of a freeze stands in the policy, under <code>notify:</code>.
      </Empty>
    );
  }
  return (
    <ul class="lines pages">
      {pages.map((page) => (
        <li key={page.page}>
          <Line page={page} />
        </li>
      ))}
    </ul>
  );
}

function Line({ page: { page, kind, agent, since, waiting, abandoned } }: { readonly page: PageView }) {
  const open = Object.entries(waiting);
  return (
    <>
      <span class="quiet">
        <Ago at={since} />
      </span>
      <span>
        {kind.replaceAll('_', ' ')} of <a href={`/agents/${inUrl(agent)}`}>{agent}</a>
      </span>
      <span>
        {abandoned.length > 0 && (
          <b class="asks-text">
            <Mark kind="fail" /> given up: {listed(abandoned)} did not get it{' '}
          </b>
        )}
        {open.length > 0 && (
          <span>
            <Mark kind="asks" /> waits for{' '}
            {listed(open.map(([channel, tries]) => `${channel} (${counted(tries, 'attempt')})`))}
          </span>
        )}
        {open.length === 0 && abandoned.length === 0 && (
          <>
            <Mark kind="good" /> told
          </>
        )}
      </span>
      <a class="quiet" href={`/why?about=${inUrl(page)}`}>
        why
      </a>
    </>
  );
}
