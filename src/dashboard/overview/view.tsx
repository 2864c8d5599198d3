import type { Overview as Look } from '../../control/contract/overview.ts';
import { byNeed, works } from '../attention.ts';
import { overview } from '../live/feed.ts';
import { Figures, type Figure } from '../parts/figures.tsx';
import { Mark } from '../parts/mark.tsx';
import { Ago, Moment } from '../parts/when.tsx';
import { counted, grouped, rate } from '../words.ts';
import { AgentRow } from './agent-row.tsx';
import { headline } from './headline.ts';
import { MayNot } from './may-not.tsx';

/** The first look: how things are, in a sentence, in numbers, and agent by agent; what needs a human comes first. */
export function Overview() {
  const look = overview.value;
  if (look === null) return <h1 class="headline">Listening to the door…</h1>;
  const { mark, text } = headline(look);
  return (
    <div class="overview">
      <h1 class="headline">
        <Mark kind={mark} />
        <span>{text}</span>
      </h1>
      <Figures figures={figures(look)} />
      <Troubles look={look} />
      <ul class="agents" aria-label="Agents">
        {byNeed(look.agents).map((view) => (
          <AgentRow key={view.agent} view={view} />
        ))}
      </ul>
      <footer class="foot">
        <p>
          Open since <Moment at={look.startedAt} /> UTC under policy <a href="/policy">{look.policy.file}</a>, record{' '}
          {grouped(look.journal.seq)} of the journal. Counts are since then; times are UTC. On a gauge the lighter part
          is where it will be in ten minutes at this pace.
        </p>
        <MayNot />
      </footer>
    </div>
  );
}

function figures({ traffic, agents, frozen, waiting, pages }: Look): readonly Figure[] {
  const working = agents.filter(works).length;
  return [
    { name: 'Frozen', value: grouped(frozen), asks: frozen > 0 },
    { name: 'Waiting for a person', value: grouped(waiting), asks: waiting > 0 },
    { name: 'At work', value: `${working} of ${agents.length}` },
    { name: 'Calls a second', value: rate(traffic.perSecond) },
    { name: 'Denied', value: grouped(traffic.denied), note: `of ${grouped(traffic.calls)}` },
    { name: 'Failed upstream', value: grouped(traffic.failed) },
    { name: 'Pages to deliver', value: grouped(pages.waiting) },
  ];
}

/** What is wrong with the door itself. */
function Troubles({ look: { journal, pages } }: { readonly look: Look }) {
  return (
    <>
      {journal.disk === 'full' && (
        <p class="trouble">
          <Mark kind="fail" />
          <span>
            <b>The disk of the journal is full</b>
            {journal.diskSince !== null && (
              <>
                {' '}
                since <Ago at={journal.diskSince} />
              </>
            )}
            . Nothing is sent that cannot be recorded; kills still work. Make room: <code>interlock doctor</code> says
            where.
          </span>
        </p>
      )}
      {pages.abandoned > 0 && (
        <p class="trouble">
          <Mark kind="fail" />
          <span>
            <b>{counted(pages.abandoned, 'page')} reached nobody</b>. Every channel refused or stayed silent until it
            was given up: check <code>notify:</code> in the policy.
          </span>
        </p>
      )}
    </>
  );
}
