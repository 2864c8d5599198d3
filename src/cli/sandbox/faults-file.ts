import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import type { FaultRule } from '../../lab/world/faults.ts';
import { CommandFailed } from '../failure.ts';

const count = z.int().min(1);

const Fault = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('latency'), ms: z.int().min(1) }),
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(400).max(599),
    retryAfterS: z.int().min(0).exactOptional(),
  }),
  z.strictObject({ kind: z.literal('crash'), when: z.enum(['before', 'after']) }),
  z.strictObject({ kind: z.literal('hang'), commit: z.boolean() }),
  z.strictObject({ kind: z.literal('reset'), when: z.enum(['before', 'during', 'after']) }),
  z.strictObject({
    kind: z.literal('drift'),
    field: z.string(),
    to: z.union([z.literal('major units'), z.strictObject({ name: z.string() })]),
  }),
]);

const Rule = z.strictObject({
  match: z.string().regex(/^\S+ \/\S*$/, 'a method and a path: `POST /v1/refunds`'),
  from: count.exactOptional(),
  to: count.exactOptional(),
  every: count.exactOptional(),
  times: count.exactOptional(),
  probability: z.number().min(0).max(1).exactOptional(),
  fault: Fault,
});

const Faults = z.record(z.string(), z.array(Rule));

/**
 * What goes wrong at each business, by upstream, from a YAML or JSON file:
 * `payments: [{ match: POST /v1/refunds, times: 1, fault: { kind: reset, when: after } }]`.
 */
export function readFaults(file: string, upstreams: readonly string[]): Readonly<Record<string, readonly FaultRule[]>> {
  const failed = (why: string): CommandFailed => new CommandFailed(`Failed to read faults \`${file}\`: ${why}`);
  let value: unknown;
  try {
    value = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw failed(error instanceof Error ? error.message : String(error));
  }
  const read = Faults.safeParse(value);
  if (!read.success) throw failed(`\n${z.prettifyError(read.error)}`);
  const unknown = Object.keys(read.data).find((name) => !upstreams.includes(name));
  if (unknown !== undefined) {
    throw failed(`there is no upstream \`${unknown}\`. The policy's: ${upstreams.join(', ')}.`);
  }
  return read.data;
}
