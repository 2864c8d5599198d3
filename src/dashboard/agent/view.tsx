import { AgentActs } from '../acts/agent-acts.tsx';
import { KillEffect } from '../acts/kill-effect.tsx';
import { byFullness } from '../attention.ts';
import type { AgentView } from '../../control/contract/overview.ts';
import { overview } from '../live/feed.ts';
import { Figures, type Figure } from '../parts/figures.tsx';
import { FreezeStory } from '../parts/freeze-story.tsx';
import { GaugeView } from '../parts/gauge.tsx';
import { Mark } from '../parts/mark.tsx';
import { Stage } from '../parts/stage.tsx';
import { Ago } from '../parts/when.tsx';
import { counted, grouped, rate } from '../words.ts';
import type { ViewProps } from '../view-props.ts';
import { LateChart } from './late-chart.tsx';
import { Latest } from './latest.tsx';
import { Standing } from './standing.tsx';
import { inUrl } from '../in-url.ts';

/** One agent: what it needs, what it has used of what, how it has gone in the last minutes, and where it stands. */
export function Agent({ params: { agent = '' } }: ViewProps) {
  const look = overview.value;
  if (look === null) return <h1>{agent}</h1>;
  const view = look.agents.find((each) => each.agent === agent);
  if (view === undefined) return <Unknown agent={agent} known={look.agents.map((each) => each.agent)} />;
  const gauges = byFullness(view.gauges);
  return (
    <div class="agent-page" data-agent={agent}>
      <header class="agent-head">
        <div>
          <h1>{agent}</h1>
          <p class="agent-state">
            <Stage stage={view.stage} step={view.step} />
            <span class="quiet">{view.frozen === null ? 'may work' : 'reaches nothing'}</span>
          </p>
        </div>
        <AgentActs view={view} />
      </header>
      <Needs view={view} />
      <Figures figures={figures(view)} />
      <section aria-labelledby="limits">
        <h2 id="limits">Limits</h2>
        <div class="limits">
          {gauges.map((gauge) => (
            <GaugeView key={gauge.rule} gauge={gauge} large still={view.frozen !== null} />
          ))}
        </div>
        {gauges.length === 0 && <p class="quiet">No rule bounds what it spends or how often it calls.</p>}
      </section>
      <section aria-labelledby="minutes">
        <h2 id="minutes">The last minutes</h2>
        <LateChart agent={agent} rules={gauges.map(({ rule }) => rule)} />
      </section>
      <Latest agent={agent} />
      <Standing view={view} />
    </div>
  );
}

function Needs({ view: { agent, frozen, waiting } }: { readonly view: AgentView }) {
  if (frozen === null && waiting === 0) return <KillEffect agent={agent} frozen={frozen} />;
  return (
    <div class="needs">
      {frozen !== null && <FreezeStory frozen={frozen} />}
      <KillEffect agent={agent} frozen={frozen} />
      {waiting > 0 && (
        <p class="agent-waits">
          <Mark kind="hold" />
          <a href={`/holds?agent=${inUrl(agent)}`}>{counted(waiting, 'call waits', 'calls wait')} for a person</a>
        </p>
      )}
    </div>
  );
}

function figures({ traffic, inFlight, lastCallAt }: AgentView): readonly Figure[] {
  return [
    { name: 'Calls a second', value: rate(traffic.perSecond) },
    { name: 'In flight', value: grouped(inFlight) },
    { name: 'Calls', value: grouped(traffic.calls), note: 'since the door opened' },
    { name: 'Denied', value: grouped(traffic.denied) },
    { name: 'Held', value: grouped(traffic.held) },
    { name: 'Captured', value: grouped(traffic.captured) },
    { name: 'Failed upstream', value: grouped(traffic.failed) },
    { name: 'Last call', value: lastCallAt === null ? 'none' : <Ago at={lastCallAt} /> },
  ];
}

function Unknown({ agent, known }: { readonly agent: string; readonly known: readonly string[] }) {
  return (
    <>
      <h1>No agent {agent}</h1>
      <p>The policy does not name it. It names:</p>
      <ul class="links">
        {known.map((each) => (
          <li key={each}>
            <a href={`/agents/${inUrl(each)}`}>{each}</a>
          </li>
        ))}
      </ul>
    </>
  );
}
