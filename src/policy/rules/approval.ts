import { z } from 'zod';
import type { ApprovalRule } from '../../engine/guards/approval.ts';
import { formatMoney, parseMoney, type Money } from '../../std/money.ts';
import { literalCurrency } from '../amount.ts';
import { durationMs, moneyOf } from '../checked.ts';
import type { Report } from '../report.ts';
import { Amount, Duration } from '../schema/text.ts';
import { movesMoney } from '../semantics/bounds.ts';
import { isSelective } from '../selector.ts';
import type { RuleKind, RulePlace } from './kind.ts';
import { selector } from './selector.ts';

/** A question that nobody answers in a week is not going to be answered; meanwhile the business has moved on. */
const EXPIRES_MAX_MS = 7 * 86_400_000;

export const Approval = z
  .strictObject({
    ...selector,
    above: Amount.optional().meta({
      description: 'Amounts above it are held, and so are those in another currency. Absent: every call is held.',
      examples: ['100 USD'],
    }),
    expires: Duration.default('30m').meta({
      description: 'How long a call waits for a human, and its approval for the call to be repeated; at most 7d.',
      examples: ['30m'],
    }),
  })
  .meta({ description: 'A human must approve exactly this call, once, before it is sent.' });

type ApprovalFile = z.infer<typeof Approval>;

export const approval: RuleKind<ApprovalFile, ApprovalRule> = {
  check(rule, place, report) {
    const { path } = place;
    if (durationMs(rule.expires) > EXPIRES_MAX_MS) {
      report.error([...path, 'expires'], 'nobody answers a question that old; an approval expires within 7d');
    }
    const above = rule.above === undefined ? undefined : parseMoney(rule.above);
    if (above !== undefined) return checkAbove(rule, above, place, report);
    if (!isSelective(rule)) {
      const message = 'this holds every call of the agent, reads too; name the routes, or an amount: `above`';
      report.error(path, message);
    }
  },
  compile: ({ above, expires }, { rule, routes }) => ({
    rule,
    routes,
    above: above === undefined ? undefined : moneyOf(above),
    expiresMs: durationMs(expires),
  }),
};

/** A threshold that nothing can be held against would hold nothing, or everything. */
function checkAbove(rule: ApprovalFile, above: Money, { concerned, path }: RulePlace, report: Report): void {
  const at = [...path, 'above'];
  if (above.micros < 0n) report.error(at, 'an amount below zero holds every call; leave `above` out to say so');
  movesMoney(concerned, at, 'approval', report);
  if (concerned.every(([, { amount }]) => amount === undefined)) return;
  const named = rule.route !== undefined || rule.routes !== undefined;
  for (const [id, { amount }] of concerned) {
    if (amount === undefined) {
      if (!named) continue;
      const message = `\`${id}\` moves no money and would never be held; give it a rule without \`above\``;
      report.error(at, message);
      continue;
    }
    const stated =
      amount.fixed === undefined ? literalCurrency(amount.currency ?? '') : parseMoney(amount.fixed)?.currency;
    if (stated !== undefined && stated !== above.currency) {
      report.error(
        at,
        `every call of \`${id}\` is held: it moves ${stated}, and ${formatMoney(above)} is no bound on that`,
      );
    }
  }
}
