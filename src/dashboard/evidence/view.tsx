import type { GateView, PageView, ReplayView, StopView } from '../../control/contract/lookups.ts';
import type { ComponentChildren } from 'preact';
import { useAnswer } from '../parts/answer.ts';
import { NoAnswer } from '../parts/empty.tsx';
import { Gates } from './gates.tsx';
import { Pages } from './pages.tsx';
import { Replays } from './replays.tsx';
import { Standings } from './standings.tsx';
import { Stops } from './stops.tsx';

/** What was shown of agents and of candidate policies, who was told, and who stopped what. */
export function Evidence() {
  return (
    <div class="evidence">
      <h1>Evidence</h1>
      <Part id="gates" title="Gates">
        <Answered path="/v1/gate">{(gates: readonly GateView[]) => <Gates gates={gates} />}</Answered>
      </Part>
      <Part id="standings" title="Where agents stand">
        <Standings />
      </Part>
      <Part id="replays" title="Candidate policies, replayed">
        <Answered path="/v1/replays">{(replays: readonly ReplayView[]) => <Replays replays={replays} />}</Answered>
      </Part>
      <Part id="pages" title="Who was told">
        <Answered path="/v1/pages">{(pages: readonly PageView[]) => <Pages pages={pages} />}</Answered>
      </Part>
      <Part id="stops" title="Stops, resumes and stages">
        <Answered path="/v1/stops">
          {({ stops, unseen }: { stops: readonly StopView[]; unseen: readonly string[] }) => (
            <Stops stops={stops} unseen={unseen} />
          )}
        </Answered>
      </Part>
    </div>
  );
}

function Part({
  id,
  title,
  children,
}: {
  readonly id: string;
  readonly title: string;
  readonly children: ComponentChildren;
}) {
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}

interface AnsweredParts<Value> {
  readonly path: string;
  readonly children: (value: Value) => ComponentChildren;
}

/** Each part asks by itself, so that none waits for another. */
function Answered<Value>({ path, children }: AnsweredParts<Value>) {
  const asked = useAnswer<Value>(path);
  return <>{asked.kind === 'answered' ? children(asked.value) : <NoAnswer asked={asked} />}</>;
}
