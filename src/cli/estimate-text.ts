import type { Estimate } from '../evidence/index.ts';

/** `31 of 60: 51.7 % (39.0–64.2 %)` */
export function estimateText({ events, total, share, low, high }: Estimate): string {
  if (share === null || low === null || high === null) return 'none';
  return `${events} of ${total}: ${percent(share)} % (${percent(low)}–${percent(high)} %)`;
}

export const percent = (share: number): string => (share * 100).toFixed(1);

export const several = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
