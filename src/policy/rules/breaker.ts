import { z } from 'zod';
import type { BreakerRule } from '../../engine/guards/breaker.ts';
import type { RouteId, RuleId } from '../../engine/ids.ts';
import { durationMs } from '../checked.ts';
import type { Path } from '../problem.ts';
import type { Report } from '../report.ts';
import type { PolicyFile } from '../schema.ts';
import { Share, shareOf } from '../schema/share.ts';
import { count, Duration } from '../schema/text.ts';
import type { UpstreamFile } from '../schema/upstream.ts';
import { minimum } from './minimum.ts';

/** More probes than this are no probes. */
const PROBES_MAX = 100;

const Slow = z
  .strictObject({
    over: Duration.meta({ description: 'An answer that takes longer is slow.', examples: ['5s'] }),
    ratio: Share.meta({ description: 'The share of slow answers at which it opens.', examples: ['80%'] }),
  })
  .meta({ description: 'Opens on slowness too: an upstream that drowns answers late before it fails.' });

export const Breaker = z
  .strictObject({
    errors: Share.default('50%').meta({
      description: 'The share of failures at which it opens: 5xx, 408, 429, or no answer.',
      examples: ['50%'],
    }),
    slow: Slow.optional(),
    within: Duration.default('60s').meta({ description: 'The window they are counted in.', examples: ['60s'] }),
    minimum,
    open: Duration.default('30s').meta({
      description: 'How long nothing is sent. Each failed probe doubles it, up to ten times this.',
      examples: ['30s'],
    }),
    probes: count(PROBES_MAX)
      .default(3)
      .meta({ description: 'How many calls must then succeed before it closes.', examples: [3] }),
  })
  .meta({ description: 'Leaves a route that fails too often alone, over all agents; every route by itself.' });

export function checkBreaker({ breaker, timeouts }: UpstreamFile, path: Path, report: Report): void {
  const over = breaker?.slow?.over;
  if (over === undefined || durationMs(over) < durationMs(timeouts.head)) return;
  const message = `no answer is waited for that long: \`timeouts.head\` is ${timeouts.head}`;
  report.error([...path, 'breaker', 'slow', 'over'], message);
}

export function compileBreakers({ upstreams, routes }: PolicyFile): readonly BreakerRule[] {
  return Object.entries(upstreams).flatMap(([id, { breaker }]): BreakerRule[] => {
    if (breaker === undefined) return [];
    const its = Object.entries(routes).filter(([, { upstream }]) => upstream === id);
    const { slow } = breaker;
    return [
      {
        rule: `upstreams.${id}.breaker` as RuleId,
        routes: new Set(its.map(([route]) => route as RouteId)),
        errors: shareOf(breaker.errors),
        slow: slow === undefined ? undefined : { overMs: durationMs(slow.over), share: shareOf(slow.ratio) },
        withinMs: durationMs(breaker.within),
        minimum: breaker.minimum,
        openMs: durationMs(breaker.open),
        probes: breaker.probes,
      },
    ];
  });
}
