import type { RawRequest } from '../raw-request.ts';

/**
 * The amounts that servers of several kinds would read from a body: the first of two, the last of two, by any case of the
 * name, from JSON or from a form. One that cannot be read is `NaN`.
 */
export function amountsOf({ headers, body }: Pick<RawRequest, 'headers' | 'body'>): readonly number[] {
  const text = body.toString('utf8');
  const type = headers[headers.findIndex((name) => name.toLowerCase() === 'content-type') + 1] ?? '';
  return type.includes('json') ? ofJson(text) : ofForm(text);
}

function ofJson(text: string): readonly number[] {
  const parsed = JSON.parse(text) as Record<string, unknown>;
  // Whoever reads names without regard to case, or stops at the first of two.
  const named = Object.keys(parsed).filter((key) => key.normalize('NFKC').trim().toLowerCase() === 'amount');
  const first = /"amount"\s*:\s*(-?[\d.eE+-]+)/.exec(text)?.[1];
  return [...named.map((key) => Number(parsed[key])), ...(first === undefined ? [] : [Number(first)])];
}

function ofForm(text: string): readonly number[] {
  const pairs = text.split('&').map((pair) => pair.split('=') as [string, string?]);
  const plain = (part = ''): string => decodeURIComponent(part.replaceAll('+', ' '));
  return [
    ...new URLSearchParams(text).getAll('amount').map(Number),
    ...pairs.filter(([name]) => plain(name).trim().toLowerCase() === 'amount').map(([, value]) => Number(plain(value))),
  ];
}
