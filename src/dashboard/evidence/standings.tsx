import { overview } from '../live/feed.ts';
import { Empty } from '../parts/empty.tsx';
import { Stage } from '../parts/stage.tsx';
import { Moment } from '../parts/when.tsx';
import { inUrl } from '../in-url.ts';

const GROUND: Readonly<Record<string, string>> = {
  promotion: 'a promotion',
  glass: 'broken glass',
  none: 'nothing: it has to prove itself first',
};

/** On whose word each agent works where it does. */
export function Standings() {
  const agents = overview.value?.agents ?? [];
  if (agents.length === 0) return <Empty>The policy names no agent.</Empty>;
  return (
    <ul class="lines standings">
      {agents.map(({ agent, stage, step, standing }) => (
        <li key={agent}>
          <a href={`/agents/${inUrl(agent)}`}>{agent}</a>
          <Stage stage={stage} step={step} />
          <span class="quiet">
            {standing === null ? (
              'its policy names the stage outright'
            ) : (
              <>
                by {GROUND[standing.ground] ?? standing.ground} {standing.id !== null && <code>{standing.id}</code>}
                {standing.until !== null && (
                  <>
                    , until <Moment at={standing.until} /> UTC
                  </>
                )}
                ; its policy lets it be in {standing.mayBe}
              </>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
