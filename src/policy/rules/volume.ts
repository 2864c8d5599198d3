import { z } from 'zod';
import type { VolumeLimit, VolumeRule } from '../../engine/guards/volume.ts';
import type { RouteId } from '../../engine/ids.ts';
import { DAY_MS, type Window } from '../../engine/window.ts';
import { formatDuration } from '../../std/duration.ts';
import { knownBaseline, needBaseline, type Baseline } from '../baseline.ts';
import { durationMs } from '../checked.ts';
import type { Path } from '../problem.ts';
import type { Report } from '../report.ts';
import { baselineFactor, shareOf, ShareOrBaseline } from '../schema/share.ts';
import { Duration, Id } from '../schema/text.ts';
import { checkReference } from '../semantics/agents.ts';
import { allowedRoutes } from '../semantics/view.ts';
import { calendarFault } from '../semantics/zone.ts';
import type { RuleKind, RulePlace } from './kind.ts';
import { selector } from './selector.ts';

const FREE_MAX = 1_000_000;
const HOUR_MS = 3_600_000;

export const Volume = z
  .strictObject({
    ...selector,
    max: ShareOrBaseline.meta({
      description: 'Most calls in a window: a share of the subjects read by `of`, or a multiple of the baseline.',
      examples: ['5%', '3x baseline'],
    }),
    of: z
      .union([Id, z.array(Id).min(1)], { error: 'a route, or a list of routes' })
      .optional()
      .meta({
        description: "The reads whose distinct subjects are counted, the agent's own. Needed with a share.",
        examples: ['get_order', ['get_order', 'get_return']],
      }),
    free: z
      .int({ error: `a whole number from 0 to ${FREE_MAX}` })
      .min(0, { error: `a whole number from 0 to ${FREE_MAX}` })
      .max(FREE_MAX, { error: `a whole number from 0 to ${FREE_MAX}` })
      .optional()
      .meta({ description: 'Calls beside the share: 5% of ten is none. Absent: none.', examples: [3] }),
    per: z.union([z.literal('day'), Duration], { error: 'day, or a rolling window: 24h' }).meta({
      description: '`day` is a calendar day in `timezone`; a duration is a window that ends now.',
      examples: ['day', '1h'],
    }),
    timezone: z
      .string({ error: 'an IANA time zone: America/New_York' })
      .optional()
      .meta({
        description: 'IANA time zone of the calendar day. Needed with `per: day`.',
        examples: ['America/New_York'],
      }),
    onTrip: z
      .enum(['hold', 'deny', 'freeze', 'kill'])
      .default('hold')
      .meta({
        description:
          'What becomes of a call beyond it: a human has to approve it, it is refused, or the agent is stopped too.',
        examples: ['hold'],
      }),
    expires: Duration.default('30m').meta({
      description: 'How long a held call waits for a human.',
      examples: ['30m'],
    }),
  })
  .meta({ description: 'How much of something is unusually much for this agent.' });

type Form = z.infer<typeof Volume>;

export const volume: RuleKind<Form, VolumeRule> = {
  check(file, place, report) {
    calendarFault(file, place.path, report);
    if (baselineFactor(file.max) === undefined) return checkShare(file, place, report);
    for (const key of ['of', 'free'] as const) {
      if (file[key] === undefined) continue;
      report.error([...place.path, key], { message: `a multiple of the baseline has no \`${key}\``, on: 'key' });
    }
    needBaseline(place, [...place.path, 'max'], report);
  },
  compile(file, place) {
    const per: Window =
      file.per === 'day'
        ? { kind: 'day', timeZone: file.timezone ?? 'UTC' }
        : { kind: 'rolling', ms: durationMs(file.per) };
    return {
      rule: place.rule,
      routes: place.routes,
      limit: limitOf(file, per, place),
      per,
      onTrip: file.onTrip,
      expiresMs: durationMs(file.expires),
    };
  },
};

function limitOf(file: Form, per: Window, place: RulePlace): VolumeLimit {
  const factor = baselineFactor(file.max);
  if (factor === undefined) {
    const of = new Set(readsOf(file) as RouteId[]);
    return { kind: 'share', share: shareOf(file.max), of, free: file.free ?? 0 };
  }
  const { calls, unit } = usual(knownBaseline(place), per);
  // A whole call is the least there is.
  return {
    kind: 'baseline',
    max: Math.ceil(calls * factor),
    words: `${factor}x the baseline of ${shown(calls)} per ${unit}`,
  };
}

/** What the agent does in such a window: days count as days, for a busy hour is not repeated all night. */
function usual({ perHour, perDay }: Baseline, per: Window): { readonly calls: number; readonly unit: string } {
  if (per.kind === 'day') return { calls: perDay, unit: 'day' };
  const calls = per.ms < DAY_MS ? Math.min(perDay, (perHour * per.ms) / HOUR_MS) : (perDay * per.ms) / DAY_MS;
  return { calls, unit: formatDuration(per.ms) };
}

function shown(calls: number): string {
  return String(Math.round(calls * 100) / 100);
}

function checkShare(file: Form, place: RulePlace, report: Report): void {
  const { path, concerned } = place;
  if (file.of === undefined) {
    const message = 'a share of what? `of` names the reads whose subjects are counted';
    return report.error([...path, 'max'], { message, accepted: 'max: 5%, of: get_order' });
  }
  for (const [index, name] of readsOf(file).entries()) {
    checkRead(name, typeof file.of === 'string' ? [...path, 'of'] : [...path, 'of', index], place, report);
  }
  const both = readsOf(file).find((name) => concerned.some(([id]) => id === name));
  if (both === undefined) return;
  report.error([...path, 'of'], `\`${both}\` is both what is limited and what it is a share of`);
}

/** A read that its agent may make, and that says of what it was. */
function checkRead(name: string, at: Path, { policy, agent }: RulePlace, report: Report): void {
  if (!checkReference(policy, name, at, report)) return;
  const own = policy.agents[agent];
  const route = policy.routes[name];
  if (own !== undefined && !allowedRoutes(policy, own).has(name)) {
    report.error(at, `\`${agent}\` may not call \`${name}\`, so a share of it is nothing`);
  } else if (route?.effect !== 'read') {
    report.error(at, `\`${name}\` is no read: its effect is \`${route?.effect}\``);
  } else if (route.subject === undefined) {
    report.error(at, `\`of\` counts subjects, and the route \`${name}\` names none`);
  }
}

function readsOf({ of }: Form): readonly string[] {
  return of === undefined || typeof of === 'object' ? (of ?? []) : [of];
}
