import type { AgentView } from '../../control/contract/overview.ts';
import { AgentActs } from '../acts/agent-acts.tsx';
import { KillEffect } from '../acts/kill-effect.tsx';
import { asksFor, byFullness } from '../attention.ts';
import { samplesOf } from '../live/history.ts';
import { FreezeStory } from '../parts/freeze-story.tsx';
import { GaugeView } from '../parts/gauge.tsx';
import { Mark } from '../parts/mark.tsx';
import { Spark } from '../parts/spark.tsx';
import { Stage } from '../parts/stage.tsx';
import { Ago } from '../parts/when.tsx';
import { counted, grouped, rate } from '../words.ts';
import { inUrl } from '../in-url.ts';

/** The fullest limits; the others are one step away. */
const GAUGES_MAX = 3;

/** One agent at a glance: where it stands, what it has used of what, what it does, and the button that stops it. */
export function AgentRow({ view }: { readonly view: AgentView }) {
  const { agent, frozen, gauges, waiting, traffic } = view;
  const href = `/agents/${inUrl(agent)}`;
  const shown = byFullness(gauges).slice(0, GAUGES_MAX);
  return (
    <li class={`agent${asksFor(view) ? ' asks' : ''}${frozen === null ? '' : ' frozen'}`} data-agent={agent}>
      <div class="agent-who">
        <h2>
          <a href={href}>{agent}</a>
        </h2>
        <p class="agent-state">
          <Stage stage={view.stage} step={view.step} />
          <span class="quiet">{doing(view)}</span>
        </p>
      </div>
      {(frozen !== null || waiting > 0) && (
        <div class="agent-needs">
          {frozen !== null && <FreezeStory frozen={frozen} />}
          {waiting > 0 && (
            <p class="agent-waits">
              <Mark kind="hold" />
              <a href={`/holds?agent=${inUrl(agent)}`}>{counted(waiting, 'call waits', 'calls wait')} for a person</a>
            </p>
          )}
        </div>
      )}
      <KillEffect agent={agent} frozen={frozen} />
      <div class="agent-gauges">
        {shown.map((gauge) => (
          <GaugeView key={gauge.rule} gauge={gauge} still={frozen !== null} />
        ))}
        {gauges.length === 0 && <p class="quiet">No rule bounds what it spends or how often it calls.</p>}
        {gauges.length > shown.length && (
          <a class="quiet" href={href}>
            {counted(gauges.length - shown.length, 'more limit')}
          </a>
        )}
      </div>
      <div class="agent-traffic">
        <p>
          <b class="agent-rate">{rate(traffic.perSecond)}</b>{' '}
          <span class="quiet">{frozen !== null && traffic.perSecond > 0 ? 'calls/s, all refused' : 'calls/s'}</span>
        </p>
        <Spark samples={samplesOf(agent)} />
        <p class="quiet">{verdicts(view)}</p>
      </div>
      <AgentActs view={view} />
    </li>
  );
}

function doing({ inFlight, lastCallAt }: AgentView) {
  if (inFlight > 0) return <>{grouped(inFlight)} in flight</>;
  if (lastCallAt === null) return <>no call since the door opened</>;
  return (
    <>
      last call <Ago at={lastCallAt} />
    </>
  );
}

function verdicts({ traffic: { calls, denied, held, captured, failed } }: AgentView): string {
  const parts: readonly [number, string][] = [
    [calls, calls === 1 ? 'call' : 'calls'],
    [denied, 'denied'],
    [held, 'held'],
    [captured, 'captured'],
    [failed, 'failed'],
  ];
  const told = parts.filter(([count], index) => index === 0 || count > 0);
  return told.map(([count, word]) => `${grouped(count)} ${word}`).join(' · ');
}
