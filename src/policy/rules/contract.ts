import { z } from 'zod';
import type { ContractRule } from '../../engine/guards/contract.ts';
import type { RouteId, RuleId } from '../../engine/ids.ts';
import { durationMs } from '../checked.ts';
import type { PolicyFile } from '../schema.ts';
import { Share, shareOf } from '../schema/share.ts';
import { count, Duration } from '../schema/text.ts';
import { onTrip } from './on-trip.ts';

/** The window of the engine remembers this many answers and no more; a greater minimum would never be reached. */
const MINIMUM_MAX = 4_096;

/** How many answers of an upstream may depart from what its document says. */
export const Contract = z
  .strictObject({
    drift: Share.default('5%').meta({
      description: 'The share of checked answers that depart at which it is drift.',
      examples: ['5%'],
    }),
    within: Duration.default('1h').meta({ description: 'The window they are counted in.', examples: ['1h'] }),
    minimum: count(MINIMUM_MAX)
      .default(20)
      .meta({ description: 'Fewer checked answers than this say nothing.', examples: [20] }),
    onTrip: onTrip('freeze'),
  })
  .meta({
    description:
      'Holds answers against `openapi`; drift stops every agent on this upstream. Absent: answers are not checked.',
    examples: [{ drift: '5%', within: '1h', minimum: 20, onTrip: 'freeze' }],
  });

/** The contract of each upstream that has one: over all agents, on all of its routes. */
export function compileContracts({ upstreams, routes }: PolicyFile): readonly ContractRule[] {
  return Object.entries(upstreams).flatMap(([id, { contract }]) => {
    if (contract === undefined) return [];
    const its = Object.entries(routes).filter(([, { upstream }]) => upstream === id);
    return {
      rule: `upstreams.${id}.contract` as RuleId,
      routes: new Set(its.map(([route]) => route as RouteId)),
      drift: shareOf(contract.drift),
      withinMs: durationMs(contract.within),
      minimum: contract.minimum,
      onTrip: contract.onTrip,
    };
  });
}
