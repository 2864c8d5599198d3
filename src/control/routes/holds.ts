import type { OpenAPIHono } from '@hono/zod-openapi';
import { createRoute, z } from '@hono/zod-openapi';
import type { Instant } from '../../std/clock.ts';
import type { CallId } from '../../engine/ids.ts';
import { openArchive } from '../../warehouse/index.ts';
import { heldFacts, type HeldFacts } from '../../warehouse/why/held.ts';
import { may } from '../access/may.ts';
import { speaker, type ControlEnv } from '../access/human.ts';
import { HoldRow, HoldView } from '../contract/holds.ts';
import { holdRow } from '../holds/row.ts';
import { dayOf, holdView } from '../holds/view.ts';
import type { Premises } from '../premises.ts';

/** What the journal knows of a held call; its agent's money is summed up since `from`. `undefined`: it has no record of it. */
export type LookUpHeld = (call: string, from: Instant) => Promise<HeldFacts | undefined>;

/** Looks into the journal of a data directory. */
export const lookUpHeld =
  (dir: string): LookUpHeld =>
  async (call, from) => {
    const archive = openArchive(dir);
    return heldFacts(archive, call, from).finally(() => archive.close());
  };

const Refusal = z.object({ error: z.string() });
const refusal = (description: string) => ({ description, content: { 'application/json': { schema: Refusal } } });
const Word = z.strictObject({ reason: z.string().min(1).max(1_000), by: z.string().min(1).max(200).optional() });
const Reviewed = z.object({ call: z.string(), agent: z.string(), approved: z.boolean(), expiresAt: z.string() });
const ofCall = { params: z.object({ call: z.string() }) };

const list = createRoute({
  method: 'get',
  path: '/v1/holds',
  tags: ['holds'],
  summary: 'The calls that wait for a person, the oldest first',
  middleware: may('look'),
  request: { query: z.object({ agent: z.string().optional() }) },
  responses: {
    200: { description: 'What waits', content: { 'application/json': { schema: z.array(HoldRow) } } },
    404: refusal('No such agent'),
  },
});

const one = createRoute({
  method: 'get',
  path: '/v1/holds/{call}',
  tags: ['holds'],
  summary: 'A held call with what a person must know before saying yes',
  middleware: may('look'),
  request: ofCall,
  responses: {
    200: { description: 'The call', content: { 'application/json': { schema: HoldView } } },
    404: refusal('No such hold'),
  },
});

const word = (verb: 'approve' | 'reject', summary: string) =>
  createRoute({
    method: 'post',
    path: `/v1/holds/{call}/${verb}`,
    tags: ['holds'],
    summary,
    middleware: may(verb),
    request: { ...ofCall, body: { required: true, content: { 'application/json': { schema: Word } } } },
    responses: {
      200: { description: 'On record', content: { 'application/json': { schema: Reviewed } } },
      400: refusal('It does not say who or why'),
      403: refusal('In somebody else’s name'),
      404: refusal('No such hold'),
      409: refusal('Somebody has answered already, or it is too late'),
    },
  });

/** What waits for a person, one of it whole, and what a person says of it. */
export function holdRoutes(app: OpenAPIHono<ControlEnv>, premises: Premises, lookUp: LookUpHeld): void {
  app.openapi(list, (context) => {
    const found = premises.operations.holds(context.req.valid('query').agent ?? null);
    if (!found.ok) return context.json({ error: found.failure.message }, 404);
    return context.json(
      found.value.map((line) => holdRow(premises.engine.policy, line)),
      200,
    );
  });
  app.openapi(one, async (context) => {
    const { call } = context.req.valid('param');
    const hold = premises.engine.holds.of(call as CallId);
    const from = hold === undefined ? 0 : dayOf(premises.engine, hold, premises.clock.now());
    // A record of what is not sent may not be on the disk yet, where it is looked for.
    if (hold !== undefined) await premises.log.durable();
    const facts = hold === undefined ? undefined : await lookUp(call, from);
    // It may have gone meanwhile, and another policy may have come.
    const now = premises.engine.holds.of(call as CallId);
    if (now === undefined || facts === undefined) {
      return context.json({ error: `Failed to show \`${call}\`: it does not wait for a human.` }, 404);
    }
    return context.json(holdView(premises.engine, now, facts, premises.clock.now()), 200);
  });
  for (const verb of ['approve', 'reject'] as const) {
    const summary = verb === 'approve' ? 'Let exactly this request through, once' : 'Refuse it until it expires';
    app.openapi(word(verb, summary), async (context) => {
      const { reason, by } = context.req.valid('json');
      const who = speaker(context.get('human'), by);
      if (!who.ok) return context.json({ error: who.failure }, by === undefined ? 400 : 403);
      const done = await premises.operations[verb](context.req.valid('param').call, who.value, reason);
      return done.ok
        ? context.json(done.value, 200)
        : context.json({ error: done.failure.message }, done.failure.status);
    });
  }
}
