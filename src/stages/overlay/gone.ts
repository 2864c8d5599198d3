import type { MadeAnswer } from '../../door/shadow.ts';

/** What is answered of an item that the session deleted, where nobody knows the API's own form of it. */
export function goneAnswer(path: string): MadeAnswer {
  return problem(404, 'Not Found', `${path} was deleted earlier in this session.`);
}

/** What is answered to a write that was to happen only to an item as it was, and the session changed it since (RFC 9110, 13.1.1). */
export function changedSince(path: string): MadeAnswer {
  return problem(412, 'Precondition Failed', `${path} was changed earlier in this session: it has another ETag now.`);
}

function problem(status: number, title: string, detail: string): MadeAnswer {
  const body = { type: 'about:blank', title, status, detail };
  return { status, headers: ['content-type', 'application/problem+json'], body: Buffer.from(JSON.stringify(body)) };
}
