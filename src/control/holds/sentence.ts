import { deed } from '../../warehouse/why/wording.ts';

/** What a held call would do, as one sentence: `Create a refund of 150.00 USD for charge ch_1.` */
export function sentenceOf(held: {
  readonly route: string;
  readonly subject: string | null;
  readonly amount: string | null;
}): string {
  const { route, subject, amount } = held;
  const wish = deed({ route, subject, amount: amount === null ? null : { shown: amount } }, 'wish');
  return `${wish.slice(0, 1).toUpperCase()}${wish.slice(1)}.`;
}
