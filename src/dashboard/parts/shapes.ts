/** A shape around (0, 0), about 12 px across, no two alike in outline; the reports' own where they have one. */
export const SHAPE = {
  call: 'M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0zM-2.2 0a2.2 2.2 0 1 1 4.4 0a2.2 2.2 0 1 1 -4.4 0z',
  allow: 'M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z',
  deny: 'M-5 -3.4L-3.4 -5L0 -1.6L3.4 -5L5 -3.4L1.6 0L5 3.4L3.4 5L0 1.6L-3.4 5L-5 3.4L-1.6 0z',
  hold: 'M0 -6L6 0L0 6L-6 0zM0 -3L-3 0L0 3L3 0z',
  capture: 'M-5 -5h10v10h-10zM-3.2 -3.2v6.4h6.4v-6.4z',
  freeze: 'M-5 -5h3.6v10h-3.6zM1.4 -5h3.6v10h-3.6z',
  resume: 'M-4 -5.5L5.5 0L-4 5.5z',
  kill: 'M-5 -5h10v10h-10z',
  fail: 'M0 -6.5L6.8 5.5H-6.8zM-0.9 -2.4V1.6H0.9V-2.4zM-0.9 2.8V4.4H0.9V2.8z',
  note: 'M-5 -1.1h10v2.2h-10z',
  good: 'M-6 0.4L-4.2 -1.4L-1.6 1.2L4.4 -4.8L6 -3L-1.6 4.8z',
  bad: 'M-6 -4.4L-4.4 -6L0 -1.6L4.4 -6L6 -4.4L1.6 0L6 4.4L4.4 6L0 1.6L-4.4 6L-6 4.4L-1.6 0z',
  asks: 'M-6 0a6 6 0 1 0 12 0a6 6 0 1 0 -12 0zM-4 0a4 4 0 1 1 8 0a4 4 0 1 1 -8 0zM-1 -3h2v3.6h-2zM-1 1.6h2v2h-2z',
} as const;

export type MarkKind = keyof typeof SHAPE;
