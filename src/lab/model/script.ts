import { z } from 'zod';
import { fail, ok, type Result } from '../../std/result.ts';

const When = z
  .strictObject({
    turn: z.int().min(1).optional().describe("Which of the model's answers in this conversation; the first is 1"),
    tool: z.string().optional().describe('The conversation ends with a result of this tool'),
    result: z.string().optional().describe('A result at its end contains this text (of `tool`, where that is given)'),
    without: z.string().optional().describe('No result at its end contains this text'),
    user: z.string().optional().describe("The user's last message contains this text"),
  })
  .describe('All that is given must hold; nothing given: always');

const ToolUse = z.strictObject({
  tool: z.string().min(1).describe('A tool that the agent offers'),
  with: z.record(z.string(), z.json()).default({}).describe('Its arguments. Texts in them may hold references'),
});

const Turn = z
  .strictObject({
    when: When.optional(),
    say: z.string().optional().describe('What it answers in words. May hold references'),
    call: z
      .union([ToolUse, z.array(ToolUse).min(1)])
      .optional()
      .describe('The tools it calls'),
  })
  .refine(({ say, call }) => say !== undefined || call !== undefined, 'a turn needs `say` or `call`');

const Fault = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(400).max(599).describe('429, 500, 503, …'),
    retryAfterS: z.int().min(0).optional().describe('What its Retry-After says'),
  }),
  z.strictObject({ kind: z.literal('malformed') }).describe('200, and half an answer as if it were whole'),
  z.strictObject({ kind: z.literal('cut') }).describe('Half an answer, then the connection breaks'),
  z.strictObject({ kind: z.literal('reset') }).describe('The connection breaks before the first byte'),
  z.strictObject({ kind: z.literal('hang') }).describe('No answer until the client gives up'),
]);

const FaultRule = z.strictObject({
  when: When.optional(),
  times: z.int().min(1).default(1).describe('How often it strikes in one run'),
  fault: Fault,
});

const Script = z.strictObject({
  $schema: z.string().optional(),
  turns: z.array(Turn).min(1).describe('The first whose `when` holds is what the model answers'),
  faults: z.array(FaultRule).default([]).describe('Looked at before `turns`; an answer that fails is asked for again'),
});

/** What a stand-in for a language model answers, as its author writes it. */
export type ModelScript = z.input<typeof Script>;

/** The same, checked. */
export type ReadScript = z.output<typeof Script>;
export type When = z.output<typeof When>;
export type Turn = z.output<typeof Turn>;
export type ToolUse = z.output<typeof ToolUse>;
export type ModelFault = z.output<typeof Fault>;

/** Checks a script that came from a file. A failure has a line for each fault. */
export function readScript(value: unknown): Result<ReadScript, string> {
  const read = Script.safeParse(value);
  return read.success ? ok(read.data) : fail(z.prettifyError(read.error));
}

/** For a script in TypeScript: its default export. */
export const defineModelScript = (script: ModelScript): ModelScript => script;
