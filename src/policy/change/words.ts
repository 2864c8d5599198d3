import { formatMicros } from '../../std/money.ts';
import type { Radius } from '../blast-radius.ts';

const NOTHING: Radius = { moneyPerDay: [], callsPerHour: [], pii: [], destructive: [], writes: [] };

/** How what may happen at most changed, a line each: `money a day: 500.00 USD → 800.00 USD`. */
export function radiusChanges(before: Radius = NOTHING, after: Radius = NOTHING): readonly string[] {
  return [
    ...bounds('money a day', money(before), money(after)),
    ...bounds('calls an hour', calls(before), calls(after)),
    ...listed('may reach personal data by', before.pii, after.pii),
    ...listed('may destroy by', before.destructive, after.destructive),
    ...listed('may write by', before.writes, after.writes),
  ];
}

function money({ moneyPerDay }: Radius): ReadonlyMap<string, string> {
  return new Map(
    moneyPerDay.map(({ currency, micros }) => {
      const code = currency ?? 'any currency';
      const most = micros === undefined || currency === null ? 'no limit' : formatMicros(micros, currency);
      return [code, most === 'no limit' ? `no limit in ${code}` : `${most} ${code}`];
    }),
  );
}

function calls({ callsPerHour }: Radius): ReadonlyMap<string, string> {
  return new Map(callsPerHour.map(({ effect, calls: most }) => [effect, `${most ?? 'no limit'} (${effect})`]));
}

function bounds(what: string, before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
    const [was, is] = [before.get(key) ?? 'none', after.get(key) ?? 'none'];
    return was === is ? [] : [`${what}: ${was} → ${is}`];
  });
}

function listed(what: string, before: readonly string[], after: readonly string[]): string[] {
  const [more, less] = [after.filter((one) => !before.includes(one)), before.filter((one) => !after.includes(one))];
  return [
    ...(more.length > 0 ? [`${what}: ${more.join(', ')}`] : []),
    ...(less.length > 0 ? [`no more ${what.replace('may ', '')}: ${less.join(', ')}`] : []),
  ];
}
