import { MINOR_DIGITS } from '../../std/currencies.ts';
import { isCurrency } from '../../std/money.ts';
import { literalCurrency } from '../amount.ts';
import { nearest, type Path } from '../problem.ts';
import type { Report } from '../report.ts';
import type { AmountFile, RouteFile } from '../schema/route.ts';
import { parameters, parseTemplate } from '../template.ts';
import { positive } from './bounds.ts';

/** A route's `amount:`: one way to read it, in a currency that exists. */
export function checkAmount(id: string, { amount, effect, match }: RouteFile, report: Report): void {
  const path: Path = ['routes', id, 'amount'];
  if (amount === undefined) {
    if (effect !== 'money') return;
    const message = `\`${id}\` moves money and does not say how much`;
    return report.error(['routes', id], {
      message,
      accepted: 'amount: { minor: body.amount, currency: body.currency }',
      on: 'key',
    });
  }
  const ways = (['minor', 'major', 'fixed', 'x402'] as const).filter((key) => amount[key] !== undefined);
  if (ways.length !== 1)
    report.error(path, { message: 'an amount is read in one way', accepted: 'minor, major, fixed or x402' });
  if (amount.x402 !== undefined && effect !== 'money') {
    report.error(['routes', id, 'effect'], {
      message: `\`${id}\` is paid for, so calling it moves money`,
      accepted: 'effect: money',
    });
  }
  if (amount.fixed !== undefined) positive(amount.fixed, [...path, 'fixed'], report);
  checkCurrency(amount, path, match, report);
}

function checkCurrency(amount: AmountFile, path: Path, match: string, report: Report): void {
  const { fixed, x402, currency } = amount;
  const literal = currency === undefined ? undefined : literalCurrency(currency);
  if (fixed !== undefined || x402 !== undefined) {
    for (const key of ['currency', 'default'] as const) {
      if (amount[key] === undefined) continue;
      report.error([...path, key], {
        message: `${x402 === undefined ? 'a fixed amount' : 'x402'} has its currency in itself; \`${key}\` says it twice`,
        on: 'key',
      });
    }
    return;
  }
  if (currency === undefined) {
    return report.error(path, {
      message: 'an amount needs a `currency`',
      accepted: 'a field (body.currency) or a code (USD)',
    });
  }
  const template = parseTemplate(match);
  const isParameter = template.ok && parameters(template.value).includes(currency);
  if (/^[A-Za-z]{3}$/.test(currency) && literal === undefined && !isParameter) {
    const suggestion = nearest(currency.toUpperCase(), Object.keys(MINOR_DIGITS));
    report.error([...path, 'currency'], { message: `\`${currency}\` is no currency`, suggestion });
  }
  if (literal !== undefined && isParameter) {
    report.error([...path, 'currency'], `\`${currency}\` is a currency and a path parameter; rename the parameter`);
  }
  if (amount.default === undefined) return;
  if (literal !== undefined) {
    report.error([...path, 'default'], { message: 'the currency is fixed, so the default is never used', on: 'key' });
  } else if (!isCurrency(amount.default.toUpperCase())) {
    const suggestion = nearest(amount.default.toUpperCase(), Object.keys(MINOR_DIGITS));
    report.error([...path, 'default'], { message: `\`${amount.default}\` is no currency`, suggestion });
  }
}
