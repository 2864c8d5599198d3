import type { ProbeResult } from '../../../src/lab/probe/result.ts';

/** Refunds nothing twice, and lets 50 USD go at midnight and 50 behind it. */
export const LEAKY_RULES = `
    rates: [{ route: create_refund, max: 20, per: 1h }]
    budgets: [{ max: 50 USD, per: day, timezone: America/New_York }]
    once: [{ route: create_refund, per: subject, within: 1h }]
`;

/** All that a search came to but how long it took. */
export function plainly({ elapsedMs: _, ...result }: ProbeResult): string {
  return JSON.stringify(result, (__, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value), 1);
}
