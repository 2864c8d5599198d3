import { expect, test } from 'vitest';
import { CallSearch } from '../../src/control/contract/lookups.ts';
import { asked, minuteIn } from '../../src/dashboard/stream/asked.ts';

const NOTHING = { agent: '', route: '', verdict: '', about: '', from: '', to: '' } as const;

test('what is looked for between two minutes is what the control API takes, the last minute whole', () => {
  const query = asked({ ...NOTHING, about: 'ch_1', from: '2026-03-01T14:05', to: '2026-03-01T14:07' }, 900);
  expect(CallSearch.parse(Object.fromEntries(new URLSearchParams(query)))).toMatchObject({
    about: 'ch_1',
    from: '2026-03-01T14:05:00.000Z',
    to: '2026-03-01T14:07:59.999Z',
    before: 900,
  });
  expect(asked(NOTHING, null)).toBe('');
});

test.each(['', 'yesterday', '2026-13-01T00:00', '2026-03-01', '2026-03-01T14:05:00Z', '2026-03-01T14:05&limit=9'])(
  'an address that says `%s` names no minute',
  (text) => expect(minuteIn(text)).toBe(''),
);
