import type { Effect } from '../../../src/engine/call.ts';
import type { Money } from '../../../src/std/money.ts';
import { parseMoney } from '../../../src/std/money.ts';
import { act, type Act, type Side } from '../../../src/evidence/divergence/act.ts';

const EFFECTS: Readonly<Record<string, Effect>> = { refund: 'money', cancel: 'destructive', note: 'write' };

/** `refund ch_1 50 USD`, `cancel o_1`, `note`; `@5` at the end: five seconds in. */
export function acted(name: string, text: string, place: string, verdict: Act['verdict'] = null): Act {
  const [plain = '', second] = text.split(' @');
  const [route = '', subject, ...amount] = plain.split(' ');
  const money: Money | null = amount.length === 0 ? null : (parseMoney(amount.join(' ')) ?? null);
  const effect = EFFECTS[route] ?? 'write';
  const at = second === undefined ? null : Number(second) * 1_000;
  return act({
    case: name,
    route,
    effect,
    subject: subject ?? null,
    amount: money,
    fields: new Map(),
    at,
    place,
    verdict,
  });
}

/** What one side did in each case. */
export function side(cases: Readonly<Record<string, readonly string[]>>, verdict: Act['verdict'] = null): Side {
  const acts = Object.entries(cases).flatMap(([name, texts]) =>
    texts.map((text, index) => acted(name, text, `${name}/${index}`, verdict)),
  );
  return { acts, cases: new Set(Object.keys(cases)) };
}
