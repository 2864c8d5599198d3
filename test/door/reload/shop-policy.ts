import type { RecordedPolicy } from '../../../src/policy/files.ts';
import type { Policy } from '../../../src/engine/policy.ts';
import { loadRecorded } from '../../../src/policy/index.ts';

/** What a policy of the tests says. */
export interface Said {
  readonly stage?: string;
  /** The agent's rules, as flow YAML, one section a line. */
  readonly rules?: readonly string[];
  readonly allow?: string;
  readonly others?: string;
  readonly routes?: string;
  readonly sections?: string;
  readonly url: URL;
}

/** A policy about refunds of one agent, `bot`. */
export function shop({ url, stage = 'production', allow = '[get, refund]', ...said }: Said): string {
  const { rules = [], others = '', routes = '', sections = 'promotion: none' } = said;
  return `
version: 1
upstreams:
  api: { url: "${url.origin}", network: loopback, credential: { env: KEY, as: bearer } }
routes:
  get: { match: "GET /orders/{id}", upstream: api, effect: read, subject: "order:{id}" }
  refund:
    match: POST /refunds
    upstream: api
    effect: money
    subject: "order:{body.order}"
    amount: { major: body.amount, currency: USD }
${routes}
agents:
  bot:
    stage: ${stage}
    allow: ${allow}
${rules.map((rule) => `    ${rule}`).join('\n')}
${others}
${sections}
`;
}

/** As `audit redecide` does. */
export function compileRecorded(recorded: RecordedPolicy): Policy {
  const loaded = loadRecorded(recorded);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
  return loaded.value.policy;
}
