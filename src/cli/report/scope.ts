import type { AgentId } from '../../engine/ids.ts';
import { lastPolicy } from '../../evidence/shadow/last-policy.ts';
import { budgetTimeZone } from '../../evidence/shadow/limits.ts';
import type { Scope } from '../../evidence/shadow/scope.ts';
import type { Source } from '../../evidence/shadow/source.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import { isTimeZone } from '../../std/calendar.ts';
import type { Instant } from '../../std/clock.ts';
import { policyFrom } from '../policy-file.ts';
import { CommandFailed } from '../failure.ts';

interface Asked {
  readonly data: string;
  readonly agent: string | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly stage: string | undefined;
  readonly timezone: string | undefined;
  readonly policy: string | undefined;
}

/** Whose evidence it is, of which time; and the policy whose limits are drawn in, `null` where it cannot be read again. */
export async function scopeFrom(
  asked: Asked,
  source: Source,
): Promise<{ readonly scope: Scope; readonly policy: LoadedPolicy | null }> {
  const agent = await agentOf(asked, source);
  const [from, to] = [instantOf('from', asked.from), instantOf('to', asked.to)];
  if (from !== null && to !== null && from >= to)
    throw new CommandFailed(
      `Failed to read --to \`${asked.to ?? ''}\`: it is not later than --from \`${asked.from ?? ''}\`.`,
    );
  const policy = asked.policy === undefined ? await lastPolicy(source, to) : await policyFrom(asked.policy);
  const zone = asked.timezone ?? (policy === null ? undefined : budgetTimeZone(policy, agent as AgentId)) ?? 'UTC';
  if (!isTimeZone(zone))
    throw new CommandFailed(`Failed to read --timezone \`${zone}\`: it is no IANA time zone, like America/New_York.`);
  return { scope: { agent, from, to, stage: asked.stage ?? null, timeZone: zone }, policy };
}

/** Enough to choose from. */
const AGENTS_NAMED = 20;

async function agentOf({ agent, data }: Asked, source: Source): Promise<string> {
  const rows = await source.rows('SELECT agent FROM calls GROUP BY 1 ORDER BY count(*) DESC, 1');
  const agents = rows.flatMap(({ agent: name }) => (typeof name === 'string' ? [name] : []));
  const [only] = agents;
  if (agent === undefined && agents.length === 1 && only !== undefined) return only;
  if (agent !== undefined && agents.includes(agent)) return agent;
  if (agents.length === 0) throw new CommandFailed(`There is no call in \`${data}\`: nothing to report on.`);
  const named = agents.slice(0, AGENTS_NAMED).join(', ');
  const problem =
    agent === undefined
      ? `The journal has ${agents.length} agents`
      : `No call in \`${data}\` is of an agent \`${agent}\``;
  throw new CommandFailed(`${problem}. Name one with --agent: ${named}.`);
}

/** `2026-03-01` begins in UTC; a time without a zone is refused: nobody would know which was meant. */
export function instantOf(option: string, text: string | undefined): Instant | null {
  if (text === undefined) return null;
  const form = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/;
  const at = form.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at))
    throw new CommandFailed(
      `Failed to read --${option} \`${text}\`: it is a day, 2026-03-01, or a time with its zone, 2026-03-01T09:00Z.`,
    );
  return at;
}
