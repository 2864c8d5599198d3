import { keptReplays } from '../../replay/index.ts';
import type { ReplayView } from '../contract/lookups.ts';

/** What `interlock replay --keep` left, the newest first. */
export function replayViews(dir: string): readonly ReplayView[] {
  return keptReplays(dir).map(({ version: _version, ...kept }) => kept);
}
