/** The policy layer: YAML text → what the engine enforces and the door needs. */
export { blastRadius, type BlastRadius, type Radius } from './blast-radius.ts';
export type { BodyTerms } from './body.ts';
export { isMoment, singular } from './answers/fields.ts';
export { ALPHABETS, ID_LENGTH_MAX, type IdForm } from './answers/id-form.ts';
export { leaf, type AnswerPlan, type LeafPlan, type Plan, type Source, type TimeForm } from './answers/plan.ts';
export { formOf } from './answers/id-form.ts';
export { ISO } from './answers/fields.ts';
export {
  pointerOf,
  readTemplates,
  type FieldTemplate,
  type RouteTemplate,
  type TemplatesFile,
} from './answers/templates.ts';
export { templatePlan } from './answers/from-template.ts';
export type { Resource } from './answers/resources.ts';
export type { Order, ShadowRoute } from './answers/shadow-routes.ts';
export { readField, type Field } from './field.ts';
export { changeOf, type AgentChange, type StandsAt } from './change/change.ts';
export { reachAt } from './change/reach.ts';
export { needsRestart } from './change/wired.ts';
export { namedFacts } from './cel/named.ts';
export { BASELINE_CALLS_MIN, BASELINE_DAYS_MIN } from './baseline.ts';
export { identityOf } from './identity.ts';
export { policyJsonSchema } from './json-schema.ts';
export type { PolicyFiles } from './files.ts';
export { loadPolicy, loadRecorded, readPolicy } from './load.ts';
export { isNetwork, NETWORKS, placeOf, placeOfHost, type Network } from './network.ts';
export type { CheckpointPlace } from './checkpoints.ts';
export type { NotifyChannel, PageKind } from './notify.ts';
export { withoutPayments } from './payment.ts';
export { covers, type PersonPart, type Steps } from './privacy/place.ts';
export { UNROUTED_PRIVACY, type Privacy, type RoutePrivacy } from './privacy/privacy.ts';
export type { NeverRule, NeverWindow } from './never.ts';
export type { EvidenceTerms, Identity, PromotionTerms } from './promotion.ts';
export type { LoadedPolicy, Price, Upstream, UpstreamLimits } from './policy.ts';
export type { ToolRoute } from './tools.ts';
export type { BaselineFile, RouteBaselineFile } from './schema/baselines.ts';
export { formatProblem, nearest, type PolicyProblem } from './problem.ts';
export { ladderOf, unaskedAgents, type Ladder, type Rung } from './promotion/ladder.ts';
export { openSegments } from './promotion/segments.ts';
export { demotionDemands, type Demands } from './promotion/words.ts';
export { placesOf } from './places.ts';
export { readSource } from './source.ts';
