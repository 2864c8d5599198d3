import type { Brand } from '../std/brand.ts';

export type AgentId = Brand<string, 'AgentId'>;
export type RouteId = Brand<string, 'RouteId'>;
export type UpstreamId = Brand<string, 'UpstreamId'>;
export type GrantId = Brand<string, 'GrantId'>;
export type CallId = Brand<string, 'CallId'>;
/** Where a rule stands in the policy, as a person would point at it: `refunds-bot.rates[0]`. */
export type RuleId = Brand<string, 'RuleId'>;
