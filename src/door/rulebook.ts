import type { LoadedPolicy } from '../policy/index.ts';
import type { DoorParts } from './door.ts';
import type { Lacking } from './answers/stage-words.ts';
import { Departures } from './flight/departures.ts';
import type { Airspace } from './flight/flight.ts';
import type { Bench } from './judge/admit.ts';
import { RequestReader, type StageOf } from './judge/reading.ts';
import { Recall } from './judge/recall.ts';
import { Rereader } from './judge/reread.ts';
import { headerTable, type HeaderTable } from './normal/header-table.ts';
import type { Sealer } from './privacy/sealer.ts';
import type { Shadow } from './shadow.ts';

/** What of a door's parts is made of its policy. */
export type PolicyParts = Pick<DoorParts, 'policy' | 'sealer' | 'shadow' | 'link' | 'lacking'>;

/**
 * All of a door that is made of its policy, the engine left out. INVARIANT: an arrival meets one rulebook from its headers to
 * its verdict; one that began under another is told to come again.
 */
export interface Rulebook {
  readonly policy: LoadedPolicy;
  readonly sealer: Sealer | null;
  readonly shadow: Shadow;
  readonly lacking: Lacking;
  readonly reader: RequestReader;
  /** An upstream's own credential header is the agent's too: where it sends its grant, and never sent on. */
  readonly headers: HeaderTable;
  readonly recall: Recall;
  readonly departures: Departures;
  readonly rereader: Rereader;
}

/** What does not change with the policy. */
export interface Standing {
  readonly stageOf: StageOf;
  readonly air: Airspace;
  readonly bench: Bench;
}

export function rulebook(parts: DoorParts, { stageOf, air, bench }: Standing): Rulebook {
  const { policy, sealer, shadow, lacking } = parts;
  const reader = new RequestReader(policy, sealer, stageOf);
  const recall = new Recall(policy.policy, policy.privacy);
  return {
    policy,
    sealer,
    shadow,
    lacking,
    reader,
    headers: headerTable(credentialNames(policy)),
    recall,
    departures: new Departures({ ...parts, air, recall }),
    rereader: new Rereader({ ...parts, reader, bench, air, recall }),
  };
}

function credentialNames({ upstreams }: LoadedPolicy): string[] {
  return [...upstreams.values()].flatMap(({ credential }) => (credential.kind === 'header' ? [credential.name] : []));
}
