/** How the page says numbers, times and spans. Everything is in UTC, as in the journal. */

const GROUPED = new Intl.NumberFormat('en');

/** 2013 → `2,013` */
export const grouped = (count: number): string => GROUPED.format(count);

/** `1 call`, `2 calls` */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${grouped(count)} ${count === 1 ? one : many}`;

/** 0.4 → `0.4`, 12.3 → `12`: what a person compares at a glance. */
export const rate = (perSecond: number): string =>
  perSecond === 0 || perSecond >= 9.95 ? grouped(Math.round(perSecond)) : perSecond.toFixed(1);

/** `38 ms`, `4 s`, `12 min`, `3 h 5 min`, `2 d 4 h`: two units at most, and none that a person does not need. */
export function span(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
}

/** `just now`, `4 min ago` */
export const ago = (at: number, now: number): string => (now - at < 1_000 ? 'just now' : `${span(now - at)} ago`);

/** `04:12:09` */
export const clockTime = (at: number): string => new Date(at).toISOString().slice(11, 19);

/** `04:12`, or with its day where that is not today's. */
export function dayTime(at: number, now: number): string {
  const [day = '', time = ''] = new Date(at).toISOString().split('T');
  return new Date(now).toISOString().startsWith(day) ? time.slice(0, 5) : `${day} ${time.slice(0, 5)}`;
}

const PER: readonly [ms: number, word: string, unit: string][] = [
  [86_400_000, 'day', 'days'],
  [3_600_000, 'hour', 'h'],
  [60_000, 'minute', 'min'],
  [1_000, 'second', 's'],
];

/** A window: 86400000 → `per day`, 900000 → `per 15 min`; what has none is for ever. */
export function perWindow(ms: number): string {
  if (ms <= 0) return 'in all';
  for (const [unitMs, word, unit] of PER) {
    if (ms === unitMs) return `per ${word}`;
    if (ms > unitMs && ms % unitMs === 0) return `per ${ms / unitMs} ${unit}`;
  }
  return `per ${span(ms)}`;
}

/** `25000.00 USD` → `25,000.00 USD`; a plain number as well. */
export const groupedAmount = (amount: string): string => {
  const [whole = '', ...rest] = amount.split('.');
  return [whole.replaceAll(/\B(?=(\d{3})+(?!\d))/g, ','), ...rest].join('.');
};

/** `350.00 USD` of `500.00 USD` → `350.00 of 500.00 USD`: a unit is said once. */
export function ofLimit(used: string, limit: string): string {
  const unit = / \S+$/.exec(limit)?.[0] ?? '';
  const bare = unit !== '' && used.endsWith(unit) ? used.slice(0, -unit.length) : used;
  return `${groupedAmount(bare)} of ${groupedAmount(limit)}`;
}

/** `human:ann` → `ann`; `guard:refunds-bot.budgets[0]` → `its rule refunds-bot.budgets[0]` */
export function actor(by: string): string {
  const [kind = '', ...rest] = by.split(':');
  const name = rest.join(':');
  if (kind === 'human') return name;
  if (kind === 'guard') return `its rule ${name}`;
  if (kind === 'watch') return `the watch on ${name}`;
  if (kind === 'agent') return 'itself';
  return by;
}

/** A rule's reason is a code, `budget_exceeded`; people's stands as they wrote it. */
export const reasonOf = ({ by, reason }: { readonly by: string; readonly reason: string }): string =>
  by.startsWith('guard:') ? reason.replaceAll('_', ' ') : reason;

/** `a`, `a and b`, `a, b and c` */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} and ${words[words.length - 1] ?? ''}`;
}
