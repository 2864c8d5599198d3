import type { Stage } from '../../engine/call.ts';
import type { DemotionTerms, EvidenceTerms, StrataTerms, TargetTerms } from '../promotion.ts';

/**
 * What is demanded where a policy says nothing. Strict on purpose: who wants less says so, with a figure or with `none`,
 * and that shows in `interlock check`, in every verdict and in what is signed.
 */
const STRATA: StrataTerms = { weekdays: 20, weekend: 5, amounts: 5, faults: 5 };
const NO_STRATA: StrataTerms = { weekdays: 0, weekend: 0, amounts: 0, faults: 0 };

const REAL: EvidenceTerms = {
  days: 14,
  sessions: 100,
  writes: 50,
  strata: STRATA,
  harmBelow: 5_000,
  agreementAbove: 970_000,
  confidence: 0.95,
  reviewedAtLeast: 950_000,
  look: 'continuous',
  errorsAtMost: 50_000,
  steady: true,
  classes: new Map(),
};

/** In the sandbox and in staging nothing is real: what counts there are scenarios and the probe. */
const UNREAL: EvidenceTerms = {
  ...REAL,
  days: 0,
  sessions: 20,
  writes: 0,
  strata: NO_STRATA,
  harmBelow: null,
  agreementAbove: null,
  reviewedAtLeast: null,
  errorsAtMost: null,
  steady: false,
};

/** A step of the ramp opens a little more of what was shown before, so each needs less than the way in. */
const STEP: EvidenceTerms = { ...REAL, days: 3, sessions: 50, writes: 25, harmBelow: 10_000 };

export function evidenceDefaults(from: Stage | 'each'): EvidenceTerms {
  if (from === 'each') return STEP;
  return from === 'sandbox' || from === 'staging' ? UNREAL : REAL;
}

export const BESIDE_DEFAULTS: Required<Pick<TargetTerms, 'scenarios' | 'probe' | 'efficacy'>> = {
  scenarios: 'all',
  probe: { runs: 1_000 },
  efficacy: { caughtAtLeast: 500_000, stoppedWronglyAtMost: 50_000 },
};

export const DEMOTION_DEFAULTS: DemotionTerms = {
  harmAbove: 10_000,
  disagreementAbove: 100_000,
  errorsAbove: 100_000,
  drift: true,
  confidence: 0.999,
};

export const NO_DEMOTION: DemotionTerms = {
  harmAbove: null,
  disagreementAbove: null,
  errorsAbove: null,
  drift: false,
  confidence: DEMOTION_DEFAULTS.confidence,
};
