import type { Mutant } from './mutant.ts';
import { CONTROL_MUTANTS } from './seeded/control.ts';
import { DAY2_MUTANTS } from './seeded/day2.ts';
import { DOOR_MUTANTS } from './seeded/door.ts';
import { ENGINE_MUTANTS } from './seeded/engine.ts';
import { EVIDENCE_MUTANTS } from './seeded/evidence.ts';
import { FINDINGS_MUTANTS } from './seeded/findings.ts';
import { GATE_MUTANTS } from './seeded/gate.ts';
import { JOURNAL_MUTANTS } from './seeded/journal.ts';
import { LIVE_MUTANTS } from './seeded/live.ts';
import { OVERLAY_MUTANTS } from './seeded/overlay.ts';
import { PAGE_MUTANTS } from './seeded/page.ts';
import { PROBE_MUTANTS } from './seeded/probe.ts';
import { RECORDING_MUTANTS } from './seeded/recording.ts';
import { RELOAD_MUTANTS } from './seeded/reload.ts';
import { SHADOW_MUTANTS } from './seeded/shadow.ts';
import { STANDING_MUTANTS } from './seeded/standing.ts';

/** Faults that a hurried change could bring in. None may ever pass the tests: `npm run mutants` tries them all. */
export const MUTANTS: readonly Mutant[] = [
  ...ENGINE_MUTANTS,
  ...JOURNAL_MUTANTS,
  ...DOOR_MUTANTS,
  ...EVIDENCE_MUTANTS,
  ...SHADOW_MUTANTS,
  ...OVERLAY_MUTANTS,
  ...RECORDING_MUTANTS,
  ...FINDINGS_MUTANTS,
  ...PROBE_MUTANTS,
  ...STANDING_MUTANTS,
  ...GATE_MUTANTS,
  ...CONTROL_MUTANTS,
  ...LIVE_MUTANTS,
  ...PAGE_MUTANTS,
  ...RELOAD_MUTANTS,
  ...DAY2_MUTANTS,
];
