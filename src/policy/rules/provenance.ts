import { assert } from '../../std/assert.ts';
import { z } from 'zod';
import { comparable, type ProvenanceRule } from '../../engine/guards/provenance.ts';
import type { RouteId } from '../../engine/ids.ts';
import { durationMs } from '../checked.ts';
import { parseField, readField } from '../field.ts';
import { nearest, type Path } from '../problem.ts';
import type { Report } from '../report.ts';
import { FieldPath } from '../schema/route.ts';
import { Duration, Id, text } from '../schema/text.ts';
import { checkRequestField } from '../semantics/request-field.ts';
import { allowedRoutes } from '../semantics/view.ts';
import { SOURCE_FORM, sourceName } from '../sources.ts';
import type { RuleKind, RulePlace } from './kind.ts';
import { selector } from './selector.ts';

/** A question that nobody answers in a week is not going to be answered. */
const EXPIRES_MAX_MS = 7 * 86_400_000;

const Trusted = z.union(
  [
    z.strictObject({
      task: Id.meta({ description: 'A name under which grants declare values for their task.', examples: ['payee'] }),
    }),
    z.strictObject({
      route: Id.meta({ description: 'A read whose answers are trusted.', examples: ['get_vendor'] }),
      field: text(SOURCE_FORM, /^body(\.(\*|[A-Za-z0-9_-]+)){1,32}$/).meta({
        description: 'Where in the JSON answer the value stands. `*` is every member of a list.',
        examples: ['body.bank_account', 'body.data.*.bank_account'],
      }),
    }),
  ],
  { error: '{ task: payee } or { route: get_vendor, field: body.account }' },
);

export const Provenance = z
  .strictObject({
    ...selector,
    field: FieldPath.meta({
      description: 'The value whose origin matters.',
      examples: ['body.destination'],
    }),
    from: z
      .array(Trusted)
      .min(1, { error: 'at least one source' })
      .meta({
        description: 'Where it may come from: any one of these suffices.',
        examples: [[{ task: 'payee' }, { route: 'get_vendor', field: 'body.bank_account' }]],
      }),
    otherwise: z
      .enum(['hold', 'deny'])
      .default('hold')
      .meta({ description: 'What becomes of any other value: a human looks, or it is refused.', examples: ['hold'] }),
    expires: Duration.default('30m').meta({
      description: 'How long a held call waits for a human; at most 7d.',
      examples: ['30m'],
    }),
  })
  .meta({ description: "A value must come from the task's declared values or from a trusted route's answer." });

type ProvenanceFile = z.infer<typeof Provenance>;

export const provenance: RuleKind<ProvenanceFile, ProvenanceRule> = {
  check(rule, place, report) {
    const { path, concerned } = place;
    checkRequestField(rule.field, concerned, [...path, 'field'], report);
    for (const [index, source] of rule.from.entries()) {
      if ('route' in source) checkSource(source.route, place, [...path, 'from', index, 'route'], report);
    }
    if (durationMs(rule.expires) > EXPIRES_MAX_MS) {
      report.error([...path, 'expires'], 'nobody answers a question that old; a hold expires within 7d');
    }
  },
  compile(file, { rule, routes }) {
    const field = parseField(file.field);
    assert(field !== undefined, `the field \`${file.field}\` was checked when the policy was read`);
    const value = readField(field);
    const answers = file.from.filter((source) => 'route' in source);
    return {
      rule,
      routes,
      field: file.field,
      read: (request) => comparable(value(request)),
      tasks: file.from.flatMap((source) => ('task' in source ? [source.task] : [])),
      sources: answers.map((source) => sourceName(source.route, source.field)),
      trusted: [...new Set(answers.map(({ route }) => route as RouteId))],
      otherwise: file.otherwise === 'deny' ? { kind: 'deny' } : { kind: 'hold', expiresMs: durationMs(file.expires) },
    };
  },
};

/** What an agent can write, it could make say anything; and what it may not read, it can never have from there. */
function checkSource(name: string, { policy, agent, concerned }: RulePlace, at: Path, report: Report): void {
  if (!Object.hasOwn(policy.routes, name)) {
    const suggestion = nearest(name, Object.keys(policy.routes));
    return report.error(at, { message: `unknown route \`${name}\``, suggestion });
  }
  const file = policy.agents[agent];
  if (file !== undefined && !allowedRoutes(policy, file).has(name)) {
    return report.error(at, `\`${agent}\` may not call \`${name}\`, so no value can come from there`);
  }
  if (policy.routes[name]?.effect !== 'read') {
    return report.error(at, `\`${name}\` is no read: its answers repeat what the agent wrote`);
  }
  if (concerned.some(([id]) => id === name)) report.error(at, `\`${name}\` cannot vouch for its own parameter`);
}
