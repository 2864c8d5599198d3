import { AUTH } from '../bypass-rows.ts';

/** What mutations found, shrunken, with the answers there must be; each once broke a promise. Texts are latin-1. */
export const REGRESSIONS: readonly (readonly [what: string, statuses: readonly number[], text: string])[] = [
  [
    'the answer to a refused body is lost to the byte behind it',
    [400, 400],
    `DELETE /v1/payouts/po_1 HTTP/1.1\r\nHost: x\r\n${AUTH}Content-Type: application/json\r\nContent-Length: 21\r\n\r\n{"reason":"duplicate"}`,
  ],
  [
    'a 100 Continue stands between the head and the body of a pipelined refusal',
    [200, 401],
    `GET /v1/payouts HTTP/1.1\r\nHost: x\r\n${AUTH}\r\n` +
      'POST /v1/payouts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer interlock_x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n{}',
  ],
  [
    'a CONNECT behind a request is answered in its place',
    [200, 405],
    `GET /v1/payouts HTTP/1.1\r\nHost: x\r\n${AUTH}\r\nCONNECT evil:443 HTTP/1.1\r\nHost: evil:443\r\n\r\n`,
  ],
  [
    'an expectation beside 100-continue passes with it',
    [417],
    `POST /v1/payouts HTTP/1.1\r\nHost: x\r\n${AUTH}Expect: z, 100-continue\r\nContent-Length: 0\r\n\r\n`,
  ],
  [
    'a body behind an expectation that is not met is refused a second time',
    [417],
    `POST /v1/payouts HTTP/1.1\r\nHost: x\r\n${AUTH}Expect: z\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
  ],
  [
    'a client that offers HTTP/2 and cuts its body has a connection that never ends',
    [],
    `POST /v1/payouts HTTP/1.1\r\nHost: x\r\n${AUTH}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nContent-Length: 9\r\n\r\n{}`,
  ],
  [
    'a client that wants to close and cuts its body is never answered, and its connection never ends',
    [400],
    `POST /v1/payouts HTTP/1.1\r\nHost: x\r\n${AUTH}Connection: close\r\nContent-Length: 9\r\n\r\n{}`,
  ],
  [
    'a token in a header of another name is journalled',
    [400],
    `GET /v1/x HTTP/1.1\r\nHost: x\r\n${AUTH}X-Token: ‹token›\r\n\r\n`,
  ],
];
