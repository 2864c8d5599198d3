import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import type { AgentId, CallId, GrantId, RouteId } from '../../../src/engine/ids.ts';
import type { Deed, Doer } from '../../../src/lab/oracles/oracle.ts';
import { ARRIVAL } from '../../../src/lab/sandbox/scenario.ts';
import type { LedgerEntry } from '../../../src/lab/world/world.ts';

/** Made to fill and drain within a history; days change in it where clocks do. */
export const WINDOWS_MS = [1_000, 60_000, 3_600_000];
export const ZONES = ['UTC', 'America/New_York', 'America/Havana', 'Asia/Kathmandu'];
/** Just before midnights on which clocks change in those zones, and an ordinary one. */
const STARTS = ['2026-03-08T04:59:58Z', '2026-03-09T03:59:59Z', '2026-11-01T03:59:59Z', '2026-06-14T18:14:59Z'].map(
  (text) => Date.parse(text),
);
/** Ties, and both sides of every edge. */
const GAPS_MS = [0, 0, 0, 1, ...WINDOWS_MS.flatMap((ms) => [ms - 1, ms, ms + 1]), 20_000_000];

export const AGENTS = ['ada', 'bob'];
export const ROUTES = ['pay', 'delete', 'look'];
export const KINDS = ['refund', 'payout', 'customer_deleted', 'customer_read'];
export const CURRENCIES = ['USD', 'EUR'];
const SUBJECTS = ['charge:1', 'charge:2', 'charge:3', 'customer:1'];
const UPSTREAMS = ['payments', 'shop'];

export const usd = (units: number): { readonly micros: bigint; readonly currency: string } => money(units, 'USD');
export const money = (units: number, currency: string) => ({ micros: BigInt(units) * 1_000_000n, currency });

/** Few of everything that a limit is about, so that histories reach it. */
interface Variety {
  readonly routes?: readonly string[];
  readonly subjects?: readonly string[];
  readonly gapsMs?: readonly number[];
}

const entryOf = (subjects: readonly string[]): Arbitrary<Omit<LedgerEntry, 'at'>> =>
  fc
    .record({
      kind: fc.constantFrom(...KINDS),
      subject: fc.constantFrom(...subjects),
      units: fc.constantFrom(0, 1, 1, 2, 3, 10),
      currency: fc.constantFrom(...CURRENCIES),
      to: fc.constantFrom('acct_1', 'acct_2', undefined),
    })
    .map(({ kind, subject, units, currency, to }) => {
      const isRead = kind === 'customer_read';
      const moneyOut = isRead || kind === 'customer_deleted' ? null : money(units, currency);
      return { kind, subject, moneyOut, write: !isRead, ...(to !== undefined && { to }) };
    });

interface Happening {
  readonly gapMs: number;
  readonly upstream: string;
  readonly agent: string | null;
  readonly route: string;
  readonly entries: readonly Omit<LedgerEntry, 'at'>[];
  readonly arrives: boolean;
  readonly subject: string | null;
  readonly units: number;
  readonly lateMs: number;
}

const happeningOf = ({ routes = ROUTES, subjects = SUBJECTS, gapsMs = GAPS_MS }: Variety): Arbitrary<Happening> =>
  fc.record({
    gapMs: fc.constantFrom(...gapsMs),
    upstream: fc.constantFrom(...UPSTREAMS),
    agent: fc.constantFrom(...AGENTS, ...AGENTS, null),
    route: fc.constantFrom(...routes),
    entries: fc.array(entryOf(subjects), { maxLength: 3 }),
    arrives: fc.boolean(),
    subject: fc.constantFrom(...subjects, null),
    units: fc.constantFrom(0, 1, 2, 5),
    lateMs: fc.constantFrom(0, 0, 0, 1, 59_999, 3_600_000),
  });

/** What happened at two businesses: calls, each with what it did, and what somebody else did. */
export const history = (variety: Variety = {}): Arbitrary<readonly Deed[]> =>
  fc
    .tuple(fc.constantFrom(...STARTS), fc.array(happeningOf(variety), { maxLength: 30, size: 'max' }))
    .map(([startsAt, happenings]) => {
      let at = startsAt;
      return happenings.flatMap((one, index): Deed[] => {
        at += one.gapMs;
        const by =
          one.agent === null ? null : doer({ ...one, id: `call_${index}`, at: at - one.lateMs, agent: one.agent });
        const told = (what: Omit<LedgerEntry, 'at'>): Deed => ({
          at,
          upstream: one.upstream,
          by,
          entry: { at, ...what },
        });
        const arrival = { kind: ARRIVAL, subject: 'POST /x', moneyOut: null, write: false };
        return [...(one.arrives && by !== null ? [told(arrival)] : []), ...one.entries.map(told)];
      });
    });

interface DoerParts {
  readonly id: string;
  readonly at: number;
  readonly agent: string;
  readonly route: string;
  readonly subject: string | null;
  readonly units: number;
}

export function doer({ id, at, agent, route, subject, units }: DoerParts): Doer {
  return {
    id: id as CallId,
    at,
    agent: agent as AgentId,
    grant: `${agent}/1` as GrantId,
    task: `task ${units % 2}`,
    session: agent,
    route: route as RouteId,
    effect: 'money',
    subject,
    amount: units === 0 ? null : usd(units),
  };
}
