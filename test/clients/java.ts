import path from 'node:path';
import { answer, json } from './answers.ts';
import type { Client } from './client.ts';
import { missing, printed } from './program.ts';
import type { Respond } from './stand-in.ts';

/** `java.net.http.HttpClient`, run from its source. */
export const java: Client = {
  name: 'java',
  missing: missing('java', '-version'),
  respond: (request, nth) => business(request, nth),
  run: async ({ url, key }) => {
    const out = await printed('java', [
      '-XX:TieredStopAtLevel=1',
      path.join(import.meta.dirname, 'Calls.java'),
      url,
      key,
    ]);
    const lines = out
      .trim()
      .split('\n')
      .map((line) => line.split('\t'));
    return Object.fromEntries(lines.map(([name = '', ...result]) => [name, result]));
  },
};

const business: Respond = ({ method, target, body }) => {
  if (target === '/v1/moved') return answer(302, { Location: '/v1/orders/9' });
  if (target === '/v1/nothing') return answer(204, {});
  if (method === 'HEAD') return 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n';
  return json({ method, body: body.length > 0 });
};
