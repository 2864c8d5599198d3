import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import type { PolicyEntry } from '../../journal/entry.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import { readPolicyText } from '../../warehouse/why/policy-lines.ts';
import { RulePlace } from '../contract/policy.ts';
import type { Premises } from '../premises.ts';
import { answers, asks, refuse, tell, type ControlApp } from './operation.ts';

const place = createRoute({
  method: 'get',
  path: '/v1/policy/rule',
  operationId: 'placeOfRule',
  tags: ['policy'],
  summary: 'Where a rule stands in the policy in force',
  ...asks('look'),
  request: {
    query: z.strictObject({
      rule: z
        .string()
        .min(1)
        .max(500)
        .meta({ description: 'As findings name it.', examples: ['refunds-bot.budgets[0]'] }),
    }),
  },
  responses: answers('Its line, and those that belong to it.', RulePlace, 400, 404),
});

/** Reading YAML costs a few milliseconds: once for each policy. */
const ENTRIES = new WeakMap<LoadedPolicy, PolicyEntry>();

/** The policy, as a journal has it. */
function entryOf(loaded: LoadedPolicy): PolicyEntry {
  const known = ENTRIES.get(loaded);
  if (known !== undefined) return known;
  const { digest, file, text, includes } = loaded;
  const entry: PolicyEntry = { kind: 'policy', at: 0, digest, file, text, includes };
  ENTRIES.set(loaded, entry);
  return entry;
}

/** Leads from what a guard found to what somebody wrote. */
export function rulePlaceRoute(app: ControlApp, premises: Premises): void {
  app.openapi(place, async (context) => {
    const { rule } = context.req.valid('query');
    const found = (await readPolicyText(entryOf(premises.policy)))?.linesOf(rule);
    if (found === undefined) {
      return refuse(
        context,
        404,
        `No line of the policy in force says \`${rule}\`: it goes without saying, or is gone.`,
      );
    }
    return tell(context, RulePlace, { ...found, lines: [...found.lines] });
  });
}
