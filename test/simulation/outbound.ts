import type { Outbound } from '../../src/door/flight/transport.ts';

/** A header of a request that reached the business. */
export function headerOf({ headers }: Outbound, name: string): string {
  for (let index = 0; index < headers.length; index += 2)
    if (headers[index] === name) return headers[index + 1] as string;
  return '';
}

/** Its body's fields; none where it is no JSON. */
export function bodyOf(text: string): Readonly<Record<string, unknown>> {
  if (text === '') return {};
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
