import type { CallPage } from '../../control/contract/lookups.ts';
import { stream, type CallRow } from '../live/ring.ts';
import { useAnswer, type Asked } from '../parts/answer.ts';
import { CallRowLink } from '../parts/call-row.tsx';
import { inUrl } from '../in-url.ts';

const SHOWN_MAX = 20;

function nothing(asked: Asked<CallPage>): string {
  if (asked.kind === 'asking') return 'Asking the journal…';
  if (asked.kind === 'refused') return `The journal cannot be asked: ${asked.refused.message}`;
  return asked.value.looked.all ? 'It has made no call yet.' : 'It has made no call lately.';
}

/** Its newest calls: those that the journal had when the view was opened, and those that came by since. */
export function Latest({ agent }: { readonly agent: string }) {
  void stream.version.value;
  const query = new URLSearchParams({ agent, limit: String(SHOWN_MAX) }).toString();
  const asked = useAnswer<CallPage>(`/v1/calls?${query}`);
  const came = stream.newest((row) => row.agent === agent);
  const earlier = asked.kind === 'answered' ? asked.value.calls : [];
  const known = new Set(came.map(({ call }) => call));
  const shown: readonly (CallRow | CallPage['calls'][number])[] = [
    ...came,
    ...earlier.filter(({ call }) => !known.has(call)),
  ].slice(0, SHOWN_MAX);
  return (
    <section aria-labelledby="latest">
      <h2 id="latest">Latest calls</h2>
      {shown.length === 0 ? (
        <p class="quiet">{nothing(asked)}</p>
      ) : (
        <ul class="found">
          {shown.map((line) => (
            <li key={line.call}>
              <CallRowLink line={line} outcome={'outcome' in line ? line.outcome : line} />
            </li>
          ))}
        </ul>
      )}
      <p>
        <a href={`/calls?agent=${inUrl(agent)}`}>Its calls as they go by</a>
      </p>
    </section>
  );
}
