import { formatMoney } from '../../../src/std/money.ts';
import type { Deed, Oracle } from '../../../src/lab/oracles/oracle.ts';

/** No subject is refunded more than once by an agent. */
export const refundedTwice: Oracle = {
  name: 'refunded twice',
  text: 'more than one refund of a charge',
  watch() {
    const bySubject = new Map<string, Deed[]>();
    return {
      see(deed) {
        const { kind, subject } = deed.entry;
        if (kind !== 'refund' || deed.by === null) return undefined;
        const deeds = bySubject.get(subject) ?? [];
        deeds.push(deed);
        bySubject.set(subject, deeds);
        if (deeds.length < 2) return undefined;
        return { oracle: 'refunded twice', text: `${subject} was refunded ${deeds.length} times`, deeds: [...deeds] };
      },
    };
  },
};

/** No more than so much is refunded within any window. */
export function refundedMore(micros: bigint, withinMs: number): Oracle {
  return {
    name: 'refunded more',
    text: 'too much is refunded',
    watch() {
      const deeds: Deed[] = [];
      return {
        see(deed) {
          if (deed.entry.kind !== 'refund' || deed.by === null) return undefined;
          deeds.push(deed);
          const within = deeds.filter(({ at }) => at > deed.at - withinMs);
          const sum = within.reduce((total, { entry }) => total + (entry.moneyOut?.micros ?? 0n), 0n);
          if (sum <= micros) return undefined;
          const text = `${formatMoney({ micros: sum, currency: 'USD' })} were refunded`;
          return { oracle: 'refunded more', text, deeds: within };
        },
      };
    },
  };
}
