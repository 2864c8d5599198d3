import type { CallLine } from '../../control/contract/live.ts';
import { Mark } from './mark.tsx';

export type VerdictName = CallLine['verdict'];

export const VERDICTS: readonly VerdictName[] = ['allow', 'deny', 'hold', 'capture'];

/** What the door did with a call, said as its past. */
const WORD: Readonly<Record<VerdictName, string>> = {
  allow: 'allowed',
  deny: 'denied',
  hold: 'held',
  capture: 'captured',
};

export const verdictWord = (verdict: VerdictName): string => WORD[verdict];

export function Verdict({ verdict }: { readonly verdict: VerdictName }) {
  return (
    <span class={`verdict ${verdict}`}>
      <Mark kind={verdict} /> {WORD[verdict]}
    </span>
  );
}
