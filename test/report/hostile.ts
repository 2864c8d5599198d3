import type { SandboxResult } from '../../src/lab/sandbox/result.ts';
import { night } from './night.ts';

/** What an agent could say to break a report: markup, quotes, entities, CDATA, controls, bidi, tags, a lone surrogate. */
export const HOSTILE =
  `<script>alert(1)</script><img src=//evil.example/x onerror=alert(2)>"' onload='alert(3) --> ]]> &lt; &#60; ` +
  `</style></title></svg>\u0000\u0007\u001B[31m\u0085\u202Eesrever\u202C\u2066\u200B\uFEFF\u{E0041}\uD800 a\u200Db https://evil.example/`;

/** Fields whose values the runner chooses from a fixed list. */
const OURS = new Set(['lane', 'kind', 'currency']);

/** The night with every text that is not ours replaced: whatever leaks, leaks here. */
export function hostileNight(text = HOSTILE): SandboxResult {
  const scenarios = night().scenarios.slice(0, 3);
  const result = structuredClone({
    ...night(),
    scenarios: scenarios.map((each) => ({ ...each, remarks: ['spoilt'] })),
  });
  spoil(result, text);
  return result;
}

function spoil(value: object, text: string): void {
  const members: readonly (readonly [string, unknown])[] = Object.entries(value);
  for (const [key, member] of members) {
    if (typeof member === 'string' && !OURS.has(key)) Reflect.set(value, key, text);
    if (typeof member === 'object' && member !== null) spoil(member, text);
  }
}
