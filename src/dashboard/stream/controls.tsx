import { useLayoutEffect, useRef } from 'preact/hooks';
import { onKeys } from '../keys.ts';
import { overview } from '../live/feed.ts';
import { stream } from '../live/ring.ts';
import { VERDICTS, verdictWord, type VerdictName } from '../parts/verdict.tsx';
import { minuteIn } from './asked.ts';
import { filter, isLooking, narrow } from './filter.ts';

/** What narrows the stream, and the way into the journal. */
export function Controls() {
  const { agent, route, verdict, about, from, to } = filter.value;
  const search = useRef<HTMLInputElement>(null);
  useLayoutEffect(
    () => onKeys([{ keys: '/', does: 'Look for an id in the journal', run: () => search.current?.focus() }]),
    [],
  );
  const agents = overview.value?.agents.map((each) => each.agent) ?? [];
  return (
    <form
      class="controls"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        const form = new FormData(event.currentTarget);
        const minute = (name: 'from' | 'to'): string => {
          const value = form.get(name);
          return typeof value === 'string' ? minuteIn(value) : '';
        };
        narrow({ about: search.current?.value.trim() ?? '', from: minute('from'), to: minute('to') });
      }}
    >
      <Choice
        name="Agent"

        value={agent}
        choices={agents}
        onChoose={(each) => narrow({ agent: each })}
      />
      <Choice
        name="Route"

        value={route}
        choices={routes()}
        onChoose={(each) => narrow({ route: each })}
      />
      <Choice
        name="Verdict"

        value={verdict}
        choices={VERDICTS}
        word={(each) => verdictWord(each as VerdictName)}
        onChoose={(each) => narrow({ verdict: each as VerdictName | '' })}
      />
      <label class="field about">
        <span>Any id, in the journal</span>
        <input
          ref={search}
          type="search"
          key={about}
          defaultValue={about}
          placeholder="charge:ch_1, cus_7, call_…"
          maxLength={500}
        />
      </label>
      <Minute name="from" label="From, UTC" value={from} />
      <Minute name="to" label="Until, UTC" value={to} />
      <button type="submit">Look</button>
      {isLooking(filter.value) && (
        <button type="button" onClick={() => narrow({ about: '', from: '', to: '' })}>
          Back to the stream
        </button>
      )}
    </form>
  );
}

function Minute({
  name,
  label,
  value,
}: {
  readonly name: 'from' | 'to';
  readonly label: string;
  readonly value: string;
}) {
  return (
    <label class="field minute">
      <span>{label}</span>
      <input type="datetime-local" name={name} key={value} defaultValue={value} />
    </label>
  );
}

interface ChoiceParts {
  readonly name: string;
  readonly value: string;
  readonly choices: readonly string[];
  readonly word?: (choice: string) => string;
  readonly onChoose: (choice: string) => void;
}

function Choice({ name, value, choices, word = (each) => each, onChoose }: ChoiceParts) {
  // What the address says is shown, whether or not it has been seen.
  const shown = value === '' || choices.includes(value) ? choices : [value, ...choices];
  return (
    <label class="field">
      <span>{name}</span>
      <select value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
        <option value="">all</option>
        {shown.map((each) => (
          <option key={each} value={each}>
            {word(each)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The routes that have come by. */
function routes(): readonly string[] {
  void stream.version.value;
  return [...new Set(stream.newest(() => true).map(({ route }) => route))].toSorted();
}
