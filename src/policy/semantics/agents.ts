import type { PolicyFile } from '../schema.ts';
import { nearest, type Path } from '../problem.ts';
import { mayStand } from '../promotion/base.ts';
import type { Report } from '../report.ts';
import type { AgentFile } from '../schema/agent.ts';
import { allowances, allowedRoutes, type Allowed } from './view.ts';

/** Names that mean something else where agents are named. */
const RESERVED = new Set(['all', 'human', 'agent', 'guard']);

export function checkAgents(policy: PolicyFile, report: Report): void {
  if (Object.keys(policy.agents).length === 0)
    report.error(['agents'], { message: 'the policy names no agent', on: 'key' });
  for (const [id, agent] of Object.entries(policy.agents)) {
    if (RESERVED.has(id)) report.error(['agents', id], { message: `no agent may be called \`${id}\``, on: 'key' });
    const entries = allowances(id, agent);
    for (const { route, routePath } of entries) checkReference(policy, route, routePath, report);
    if (mayStand(policy, agent, 'sandbox')) checkWorlds(policy, id, agent, report);
    for (const group of Map.groupBy(entries, ({ route }) => route).values()) checkRepeated(group, report);
  }
}

/** In the sandbox writes pass, for there is only a world behind them. */
function checkWorlds(policy: PolicyFile, id: string, agent: AgentFile, report: Report): void {
  const upstreams = new Set([...allowedRoutes(policy, agent).values()].map(({ upstream }) => upstream));
  for (const upstream of upstreams) {
    if (!Object.hasOwn(policy.upstreams, upstream) || policy.upstreams[upstream]?.mock !== undefined) continue;
    report.warn(
      ['agents', id, 'stage'],
      `the sandbox needs a world, and the upstream \`${upstream}\` names no \`mock\``,
    );
  }
}

export function checkReference(policy: PolicyFile, route: string, path: Path, report: Report): boolean {
  if (Object.hasOwn(policy.routes, route)) return true;
  const suggestion = nearest(route, Object.keys(policy.routes));
  report.error(path, { message: `unknown route \`${route}\``, suggestion });
  return false;
}

/** Entries of one route add up: each of them suffices. */
function checkRepeated(entries: readonly Allowed[], report: Report): void {
  const [first, ...others] = entries;
  const bare = entries.find(({ when }) => when === undefined);
  if (first === undefined || others.length === 0) return;
  for (const other of others) {
    if (bare !== undefined) {
      const conditional = first.when !== undefined || other.when !== undefined;
      const why = conditional ? '; without a condition once, it needs none of the others' : '';
      report.error(other.routePath, `\`${other.route}\` is allowed twice${why}`);
    } else if (entries.some((one) => one !== other && one.when === other.when)) {
      report.error(other.routePath, `\`${other.route}\` is allowed twice on the same condition`);
    } else {
      report.warn(other.routePath, `\`${other.route}\` has several conditions: any one of them suffices`);
    }
  }
}
