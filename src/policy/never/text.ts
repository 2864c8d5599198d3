import { formatDuration } from '../../std/duration.ts';
import { formatMoney } from '../../std/money.ts';
import type { NeverRule, NeverWindow } from '../never.ts';
import type { NeverWhat } from '../schema/never.ts';
import { isWord, namesIn, type CountedKey } from './counted.ts';

type WithoutText = NeverRule extends infer Rule ? (Rule extends NeverRule ? Omit<Rule, 'text'> : never) : never;

/** What is counted, as it is named in a sentence: `create_refund`, `destructive effects`, `refund`; empty: all of it. */
export function whatText(key: CountedKey, what: NeverWhat): string {
  if (typeof what === 'object' && 'ledger' in what) return what.ledger;
  return namesIn(what)
    .map((name) => (isWord(key, name) ? wordText(key, name) : name))
    .filter((name) => name !== '')
    .join(' or ');
}

function wordText(key: CountedKey, word: string): string {
  if (word === 'all' || word === 'out') return '';
  if (key === 'requests') return `${word} routes`;
  return word === 'write' ? 'writes' : `${word} effects`;
}

/** What must never happen: `more than 1 create_refund per subject`. */
export function neverText(rule: WithoutText): string {
  const whose = rule.agents === 'all' ? '' : ` (${[...rule.agents].join(', ')})`;
  return `${matter(rule)}${whose}`;
}

function matter(rule: WithoutText): string {
  const { what } = rule;
  const named = what !== '';
  const kept = rule.deeds.by === 'ledger' ? 'as' : 'by';
  if (rule.kind === 'payees') {
    return `money out${named ? ` ${kept} ${what}` : ''} to anybody but ${[...rule.only].join(', ')}`;
  }
  const bounds = `${rule.each === 'all' ? '' : ` per ${rule.each}`}${windowText(rule.within, rule.each === 'subject')}`;
  const by = named ? ` ${kept} ${what}` : '';
  if (rule.kind === 'money') {
    const most = rule.over.map(formatMoney).join(' or ');
    return most === '' ? `any money out${by}` : `more than ${most} out${by}${bounds}, or any other currency`;
  }
  if (rule.kind === 'reads') {
    return rule.over === 0 ? `any subject read${by}` : `more than ${rule.over} subjects read${by}${bounds}`;
  }
  if (rule.kind === 'requests') {
    const to = named ? ` to ${what}` : '';
    return rule.over === 0 ? `any request${to}` : `more than ${rule.over} requests${to}${bounds}`;
  }
  const came = kept === 'as' ? ', whatever way it came' : '';
  return rule.over === 0 ? `any ${what}${came}` : `more than ${rule.over} ${what}${bounds}${came}`;
}

function windowText(window: NeverWindow, ofOneSubject: boolean): string {
  if (window.kind === 'day') return ` per day (${window.timeZone})`;
  if (window.kind === 'rolling') return ` within ${formatDuration(window.ms)}`;
  return ofOneSubject ? '' : ' in all';
}
