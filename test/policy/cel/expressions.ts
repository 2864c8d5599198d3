import { fc } from '@fast-check/vitest';
import type { Facts } from '../../../src/policy/cel/facts.ts';

/** Names and texts that meet each other often, and those that objects are known to trip over. */
const NAMES = ['amount', 'items', 'note', 'constructor', '__proto__'] as const;
const name = fc.constantFrom(...NAMES);

const literal = fc.oneof(
  fc.constantFrom('0', '1', '-1', '2', '3', '20000', '9223372036854775807', '-9223372036854775808', '9007199254740993'),
  fc.constantFrom('0.0', '1.0', '2.5', '-1.5', '1e300', '20000.0'),
  fc.constantFrom('true', 'false', 'null'),
  fc.constantFrom("''", "'a'", "'usd'", "'20000'", "'7'", "' 7'", "'0x10'", "'é😀'", "'amount'", "'A'"),
);

const variable = fc.constantFrom('method', 'params', 'query', 'body', 'headers', 'agent', 'task');

/** CEL texts: mostly of the part that is compiled, with some of what is not. */
export const expression = fc.letrec<{ term: string; path: string; list: string }>((tie) => ({
  path: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    variable,
    fc.tuple(tie('path'), name).map(([of, member]) => `${of}.${member}`),
    fc.tuple(tie('path'), name).map(([of, member]) => `${of}['${member}']`),
    fc.tuple(tie('path'), tie('term')).map(([of, key]) => `${of}[${key}]`),
  ),
  list: fc.array(tie('term'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
  term: fc.oneof(
    { maxDepth: 5, depthSize: 'small', withCrossShrink: true },
    literal,
    tie('path'),
    fc
      .tuple(
        tie('term'),
        fc.constantFrom('==', '!=', '<', '<=', '>', '>=', '&&', '||', '+', '-', '*', '/', '%', 'in'),
        tie('term'),
      )
      .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
    fc.tuple(tie('term'), tie('list')).map(([left, right]) => `(${left} in ${right})`),
    fc.tuple(tie('term'), tie('term'), tie('term')).map(([condition, yes, no]) => `(${condition} ? ${yes} : ${no})`),
    fc.tuple(fc.constantFrom('!', '-'), tie('term')).map(([operator, of]) => `${operator}(${of})`),
    fc.tuple(fc.constantFrom('size', 'int', 'string', 'double'), tie('term')).map(([of, what]) => `${of}(${what})`),
    fc.tuple(tie('path'), name).map(([of, member]) => `has(${of}.${member})`),
    fc.tuple(tie('term'), tie('term')).map(([left, right]) => `(has(body.amount) && ${left} || ${right})`),
    fc
      .tuple(tie('term'), fc.constantFrom('startsWith', 'endsWith', 'contains'), tie('term'))
      .map(([text, method, part]) => `(${text}).${method}(${part})`),
    fc.tuple(tie('term')).map(([of]) => `(${of}).size()`),
    tie('list'),
  ),
})).term;

const leaf = fc.oneof(
  fc.constantFrom<unknown>(0, 1, 2, 3, -1, 20_000, 2.5, 1e300, 9_007_199_254_740_992),
  fc.constantFrom<unknown>('', 'a', 'usd', '20000', '7', 'é😀', 'A', 'amount', true, false, null),
);

const value = fc.letrec<{ value: unknown; members: unknown }>((tie) => ({
  members: fc
    .array(fc.tuple(name, tie('value')), { minLength: 1, maxLength: 8 })
    // As JSON.parse makes them: `__proto__` is a member like any other.
    .map((entries) =>
      JSON.parse(`{${entries.map(([key, one]) => `${JSON.stringify(key)}:${JSON.stringify(one)}`).join(',')}}`),
    ),
  value: fc.oneof({ maxDepth: 3 }, leaf, tie('members'), fc.array(tie('value'), { maxLength: 3 })),
}));

export const facts: fc.Arbitrary<Facts> = fc.record({
  method: fc.constantFrom('GET', 'POST'),
  params: value.members as fc.Arbitrary<Facts['params']>,
  query: value.members as fc.Arbitrary<Facts['query']>,
  body: fc.oneof({ weight: 4, arbitrary: value.members }, { weight: 1, arbitrary: value.value }) as fc.Arbitrary<
    Facts['body']
  >,
  headers: fc.constant({ a: 'x' }),
  agent: fc.constantFrom('a', 'bot'),
  task: fc.constantFrom('', 't'),
});
