/** Parts of a HAR 1.2 made by hand, each a plain value that a test can spoil. */
export type Entry = Record<string, unknown> & { request: Record<string, unknown>; response: Record<string, unknown> };

export const BASE_AT = Date.UTC(2026, 2, 1, 9);

/** A request that went well: `POST https://api.shop.example/v2/refunds`, one second after the entry before. */
export function entry(index: number, request: Record<string, unknown>, more: Record<string, unknown> = {}): Entry {
  return {
    pageref: 'page_1',
    startedDateTime: new Date(BASE_AT + index * 1_000).toISOString(),
    time: 40.4,
    request: {
      method: 'GET',
      url: 'https://api.shop.example/v2/orders/W1',
      httpVersion: 'HTTP/1.1',
      headers: [],
      ...request,
    },
    response: {
      status: 200,
      headers: [{ name: 'Content-Type', value: 'application/json' }],
      content: { size: 11, mimeType: 'application/json', text: '{"ok":true}' },
    },
    ...more,
  };
}

export function refund(index: number, order: string, amount: number, more: Record<string, unknown> = {}): Entry {
  const text = JSON.stringify({ order, amount });
  const postData = { mimeType: 'application/json', text };
  return entry(
    index,
    { method: 'POST', url: 'https://api.shop.example/v2/refunds', postData, bodySize: text.length },
    more,
  );
}

export function har(entries: readonly unknown[], log: Record<string, unknown> = {}): string {
  return JSON.stringify({ log: { version: '1.2', creator: { name: 'hand', version: '1' }, entries, ...log } });
}
