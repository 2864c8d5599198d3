import { overview } from '../live/feed.ts';
import { VERDICTS, verdictWord } from '../parts/verdict.tsx';

export const FILTERS = ['about', 'agent', 'route', 'verdict', 'from', 'to'] as const;

interface FiltersParts {
  readonly wanted: URLSearchParams;
  readonly onSearch: (wanted: URLSearchParams) => void;
}

/** What one knows of the calls one looks for; all of it narrows, and nothing is required. Times are UTC. */
export function Filters({ wanted, onSearch }: FiltersParts) {
  const agents = overview.value?.agents.map(({ agent }) => agent) ?? [];
  const given = (name: string): string => wanted.get(name) ?? '';
  const search = (event: SubmitEvent): void => {
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLFormElement)) return;
    const form = new FormData(event.currentTarget);
    const next = new URLSearchParams();
    for (const name of FILTERS) {
      const value = form.get(name);
      if (typeof value !== 'string' || value.trim() === '') continue;
      const isTime = name === 'from' || name === 'to';
      next.set(name, isTime ? `${value.slice(0, 16)}:00Z` : value.trim());
    }
    onSearch(next);
  };
  return (
    <form class="filters" role="search" onSubmit={search}>
      <label class="field wide">
        <span>About (any id)</span>
        <input type="search" name="about" defaultValue={given('about')} maxLength={500} />
      </label>
      <label class="field">
        <span>Agent</span>
        <select name="agent" defaultValue={given('agent')}>
          <option value="">any</option>
          {agents.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span>Verdict</span>
        <select name="verdict" defaultValue={given('verdict')}>
          <option value="">any</option>
          {VERDICTS.map((each) => (
            <option key={each} value={each}>
              {verdictWord(each)}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span>Route</span>
        <input type="text" name="route" defaultValue={given('route')} />
      </label>
      <label class="field">
        <span>From (UTC)</span>
        <input type="datetime-local" name="from" defaultValue={given('from').slice(0, 16)} />
      </label>
      <label class="field">
        <span>To (UTC)</span>
        <input type="datetime-local" name="to" defaultValue={given('to').slice(0, 16)} />
      </label>
      <button type="submit" class="sure">
        Search
      </button>
    </form>
  );
}
