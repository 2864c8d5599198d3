import type { Json } from '../../../std/canonical-json.ts';
import type { Instant } from '../../../std/clock.ts';
import { parseDuration } from '../../../std/duration.ts';
import { minorDigits, parseMoney } from '../../../std/money.ts';
import type { LoadedPolicy } from '../../../policy/index.ts';
import type { UpstreamId } from '../../../engine/ids.ts';
import type { ProbeRequest } from '../course.ts';
import type { Field } from '../field.ts';
import type { Leaf } from './leaves.ts';

/** What counts as simple: what the policy itself speaks of, and what the businesses have first. */
export interface Terms {
  /** When a run begins where nothing depends on it. */
  readonly ordinaryStart: Instant;
  /** Windows and ages that the policy names, ascending. */
  readonly spansMs: readonly number[];
  /** Amounts that the policy names, in minor units. */
  readonly amounts: readonly number[];
  /** Ids by text: of which kind, and which of its kind. */
  readonly ids: ReadonlyMap<string, IdPlace>;
  /** Ids by kind, as businesses list them. */
  readonly kinds: Readonly<Record<string, readonly string[]>>;
  /** Whether a value is an amount, and in which unit. */
  amountUnit(request: ProbeRequest, leaf: Leaf): 'minor' | 'major' | undefined;
}

export interface IdPlace {
  readonly kind: string;
  readonly index: number;
}

/** Ids of a kind beyond these are all as good as each other. */
const IDS_KNOWN_MAX = 200;
const MICROS_PER_UNIT = 1_000_000;

export function termsOf({ loaded, worlds, startsAt }: Field): Terms {
  const kinds: Record<string, readonly string[]> = {};
  const ids = new Map<string, IdPlace>();
  for (const { asItStands } of worlds.values()) {
    for (const [kind, all] of Object.entries(asItStands.ids())) {
      kinds[kind] = all.slice(0, IDS_KNOWN_MAX);
      for (const [index, id] of kinds[kind].entries()) if (!ids.has(id)) ids.set(id, { kind, index });
    }
  }
  const named = textsOf(loaded.plain);
  return {
    ordinaryStart: startsAt,
    spansMs: ascending(named.flatMap((text) => parseDuration(text) ?? [])),
    amounts: ascending(named.flatMap(minorUnits)),
    ids,
    kinds,
    amountUnit: (request, { name }) => amountUnitOf(loaded, request, name),
  };
}

/** `500 USD` → 50000 */
function minorUnits(text: string): number[] {
  const money = parseMoney(text);
  if (money === undefined) return [];
  return [(Number(money.micros) / MICROS_PER_UNIT) * 10 ** minorDigits(money.currency)];
}

function amountUnitOf(loaded: LoadedPolicy, request: ProbeRequest, name: string): 'minor' | 'major' | undefined {
  const segments = (request.target.split('?', 1)[0] ?? '').split('/').slice(1);
  const found = loaded.match(request.upstream as UpstreamId, request.method, segments);
  const price = found === undefined ? undefined : loaded.prices.get(found.route.id);
  // An operation without a route has its amount where its sisters have theirs.
  const priced = price ?? [...loaded.prices.values()].find(({ field }) => field === name);
  return priced?.field === name ? priced.unit : undefined;
}

/** Every text of a policy, wherever it stands. */
function textsOf(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap((member: Json) => textsOf(member));
}

function ascending(numbers: readonly number[]): readonly number[] {
  return [...new Set(numbers)].toSorted((a, b) => a - b);
}
