/** The public API: what a policy, a scenario or a world of one's own needs. */
export { Engine } from './engine/engine.ts';
export type { Call, Effect, Stage } from './engine/call.ts';
export type { Decision, Finding, Verdict } from './engine/decision.ts';
export type { Event } from './engine/event.ts';
export type { Policy } from './engine/policy.ts';
export { formatProblem, loadPolicy, type LoadedPolicy, type PolicyProblem } from './policy/index.ts';
export type { Fault, FaultRule } from './lab/world/faults.ts';
export type { KeptDiscovery } from './lab/probe/kept.ts';
export { defineOracle, type Deed, type Doer, type Harm, type Oracle, type OracleWatch } from './lab/oracles/oracle.ts';
export { oracleOf, type OwnOracle } from './lab/oracles/own.ts';
export { defineModelScript, type ModelScript } from './lab/model/script.ts';
export type { PromiseCheck, RunResult, SandboxResult, ScenarioResult } from './lab/sandbox/result.ts';
export { runScenario, type SandboxOptions, type SandboxStep } from './lab/sandbox/sandbox.ts';
export {
  ARRIVAL,
  defineScenario,
  moneyOut,
  type Account,
  type AgentDesk,
  type AgentProgram,
  type AgentRun,
  type OperatorRoom,
  type Scenario,
  type WorldSetup,
} from './lab/sandbox/scenario.ts';
export {
  defineWorld,
  type FieldForm,
  type LedgerEntry,
  type OperationForm,
  type World,
  type WorldAnswer,
  type WorldCall,
  type WorldDefinition,
  type WorldOptions,
} from './lab/world/world.ts';
export { fromMajor, type Money } from './std/money.ts';
