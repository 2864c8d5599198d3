import type { Stage } from '../../engine/call.ts';
import type { RouteId } from '../../engine/ids.ts';
import type { Ppm } from '../../std/share.ts';
import { durationMs } from '../checked.ts';
import type { DemotionTerms, EvidenceTerms, PromotionTerms, StrataTerms, TargetTerms } from '../promotion.ts';
import {
  bareShare,
  type BesideFile,
  type EvidenceFile,
  type PromotionFile,
  type TermsFile,
} from '../schema/promotion.ts';
import { shareOf } from '../schema/share.ts';
import { BESIDE_DEFAULTS, DEMOTION_DEFAULTS, evidenceDefaults, NO_DEMOTION } from './defaults.ts';

const PPM = 1_000_000;

export function compilePromotion(written: PromotionFile | undefined): PromotionTerms | 'none' | undefined {
  if (written === undefined || written === 'none') return written;
  const targets = new Map(targetsOf(written).map((target) => [target.stage, target]));
  return {
    keys: written.keys,
    people: written.people,
    expiresMs: durationMs(written.expires),
    targets,
    demotion: demotionOf(written, [...targets.values()]),
  };
}

/** Limited and production always demand something; the stages below them where they are written. */
function targetsOf({ staging, shadow, limited = {}, production = {} }: TermsFile): readonly TargetTerms[] {
  return [
    ...(staging === undefined ? [] : [target('staging', 'sandbox', staging.sandbox, staging)]),
    ...(shadow === undefined
      ? []
      : [
          shadow.sandbox === undefined
            ? target('shadow', 'staging', shadow.staging, shadow)
            : target('shadow', 'sandbox', shadow.sandbox, shadow),
        ]),
    { ...target('limited', 'shadow', limited.shadow, limited), each: evidenceOf('each', limited.each) },
    target('production', 'limited', production.limited, production),
  ];
}

function target(stage: Stage, from: Stage, evidence: EvidenceFile | undefined, beside: BesideFile): TargetTerms {
  const { scenarios = BESIDE_DEFAULTS.scenarios, probe = BESIDE_DEFAULTS.probe, efficacy = {} } = beside;
  return {
    stage,
    from,
    evidence: evidenceOf(from, evidence),
    each: undefined,
    scenarios: orNull(scenarios),
    probe: orNull(probe),
    efficacy: efficacy === 'none' ? null : efficacyOf(efficacy),
  };
}

function efficacyOf({
  caught,
  wronglyStopped,
}: {
  readonly caught?: string | undefined;
  readonly wronglyStopped?: string | undefined;
}): TargetTerms['efficacy'] {
  return {
    caughtAtLeast: caught === undefined ? BESIDE_DEFAULTS.efficacy!.caughtAtLeast : shareOf(caught),
    stoppedWronglyAtMost:
      wronglyStopped === undefined ? BESIDE_DEFAULTS.efficacy!.stoppedWronglyAtMost : shareOf(wronglyStopped),
  };
}

/** What is written, over the defaults of the place it is written at. */
export function evidenceOf(place: Stage | 'each', written: EvidenceFile = {}): EvidenceTerms {
  const usual = evidenceDefaults(place);
  return {
    days: number(written.days, usual.days),
    sessions: number(written.sessions, usual.sessions),
    writes: number(written.writes, usual.writes),
    strata: strataOf(written.strata, usual.strata),
    harmBelow: bound(written.harm, usual.harmBelow),
    agreementAbove: bound(written.agreement, usual.agreementAbove),
    confidence: written.confidence === undefined ? usual.confidence : shareOf(written.confidence) / PPM,
    reviewedAtLeast: share(written.reviewed, usual.reviewedAtLeast),
    look: written.look ?? usual.look,
    errorsAtMost: share(written.errors, usual.errorsAtMost),
    steady: written.steady ?? usual.steady,
    classes: new Map(
      Object.entries(written.classes ?? {}).map(([route, { writes, harm, agreement }]) => [
        route as RouteId,
        {
          ...(writes !== undefined && { writes: number(writes, 0) }),
          ...(harm !== undefined && { harmBelow: bound(harm, null) }),
          ...(agreement !== undefined && { agreementAbove: bound(agreement, null) }),
        },
      ]),
    ),
  };
}

function strataOf(written: EvidenceFile['strata'], usual: StrataTerms): StrataTerms {
  if (written === undefined) return usual;
  const each = written === 'none' ? NONE_OF_THEM : written;
  return {
    weekdays: number(each.weekdays, usual.weekdays),
    weekend: number(each.weekend, usual.weekend),
    amounts: number(each.amounts, usual.amounts),
    faults: number(each.faults, usual.faults),
  };
}

const NONE_OF_THEM = { weekdays: 'none', weekend: 'none', amounts: 'none', faults: 'none' } as const;

/**
 * What is not written is the usual line, or that of the loosest promotion where that is looser: nobody is demoted for what
 * they were promoted with.
 */
function demotionOf({ demote = {} }: TermsFile, targets: readonly TargetTerms[]): DemotionTerms {
  if (demote === 'none') return NO_DEMOTION;
  const { harm, disagreement, errors } = loosest(targets);
  return {
    harmAbove: bound(demote.harm, Math.max(harm, DEMOTION_DEFAULTS.harmAbove!)),
    disagreementAbove: bound(demote.disagreement, Math.max(disagreement, DEMOTION_DEFAULTS.disagreementAbove!)),
    errorsAbove: bound(demote.errors, Math.max(errors, DEMOTION_DEFAULTS.errorsAbove!)),
    drift: demote.drift ?? DEMOTION_DEFAULTS.drift,
    confidence: demote.confidence === undefined ? DEMOTION_DEFAULTS.confidence : shareOf(demote.confidence) / PPM,
  };
}

/**
 * The most of each that an agent may have shown and still be promoted to where it really writes; 0: nothing is asked of it.
 *
 * @param climbs whether there is a ramp, so that what each step asks counts
 */
export function loosest(
  targets: readonly TargetTerms[],
  climbs = true,
): Readonly<Record<'harm' | 'disagreement' | 'errors', Ppm>> {
  const real = targets
    .filter(({ stage }) => stage === 'limited' || stage === 'production')
    .flatMap(({ evidence, each }) => (each === undefined || !climbs ? [evidence] : [evidence, each]));
  const ofClasses = real.flatMap(({ classes }) => [...classes.values()]);
  const all = [...real, ...ofClasses];
  return {
    harm: Math.max(0, ...all.map(({ harmBelow }) => harmBelow ?? 0)),
    disagreement: Math.max(0, ...all.map(({ agreementAbove }) => PPM - (agreementAbove ?? PPM))),
    errors: Math.max(0, ...real.map(({ errorsAtMost }) => errorsAtMost ?? 0)),
  };
}

function number(written: number | 'none' | undefined, usual: number): number {
  return written === 'none' ? 0 : (written ?? usual);
}

function share(written: string | undefined, usual: Ppm | null): Ppm | null {
  if (written === undefined) return usual;
  return written === 'none' ? null : shareOf(written);
}

function bound(written: string | undefined, usual: Ppm | null): Ppm | null {
  if (written === undefined) return usual;
  return written === 'none' ? null : shareOf(bareShare(written));
}

function orNull<Value>(written: Value): Exclude<Value, 'none'> | null {
  return written === 'none' ? null : (written as Exclude<Value, 'none'>);
}
