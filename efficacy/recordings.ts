import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CallLines } from '../src/warehouse/import/call-line.ts';
import type { Exchange } from '../src/warehouse/import/recording.ts';
import { completed } from './excerpt.ts';
import { clusterOf, halfOf, type Half, type Suite } from './customer.ts';

/**
 * What a recorded call was: a read, a write that the task needed, one that did harm, or one whose worth nobody knows (the
 * API refused it, mostly).
 */
export type Worth = 'read' | 'good' | 'harmful' | 'unknown';

export interface RecordedCall {
  readonly exchange: Exchange;
  readonly worth: Worth;
  /** Why the label says so: `duplicate_of_gold_write`. */
  readonly reason: string;
  readonly executed: boolean;
}

/** One run of one agent at one task. */
export interface Run {
  readonly id: string;
  readonly suite: Suite;
  readonly model: string;
  readonly cluster: string;
  readonly half: Half;
  readonly calls: readonly RecordedCall[];
  /** Whether the run ended in the reference state. */
  readonly succeeded: boolean;
}

/** One line of the recordings. */
export interface CallRecord {
  readonly trace_id: string;
  readonly defense: string;
  readonly suite: Suite;
  readonly model: string;
  readonly http: { readonly method: string; readonly path: string };
  readonly args: Readonly<Record<string, unknown>>;
  readonly result_excerpt: string;
  readonly mutating: boolean;
  readonly executed: boolean;
  readonly label: { readonly harmful: boolean | null; readonly reason: string };
  readonly task_outcome: { readonly db_match: boolean | null; readonly utility: boolean | null };
}

const DATA = path.join(import.meta.dirname, 'data');

/** Every recorded call of any agent, in the order of the file. */
export function callRecords(): readonly CallRecord[] {
  return linesOf('tau-calls.ndjson.gz').map((line) => JSON.parse(line) as CallRecord);
}

/** One run: what its customer was told to ask for, and what the benchmark's authors would have done. */
export interface TraceRecord {
  readonly trace_id: string;
  readonly suite: Suite;
  readonly model: string;
  readonly user_prompt: string;
  readonly gold: readonly { readonly tool: string; readonly args: Readonly<Record<string, unknown>> }[];
}

/** Every recorded run, in the order of the file. */
export function traceRecords(): readonly TraceRecord[] {
  return linesOf('tau-traces.ndjson.gz').map((line) => JSON.parse(line) as TraceRecord);
}

/** What each run's customer was told to ask for. */
export function prompts(): ReadonlyMap<string, string> {
  return new Map(traceRecords().map(({ trace_id, user_prompt }) => [trace_id, user_prompt]));
}

/** Every recorded run of an undefended agent, in the order of the file. */
export function recordedRuns(): readonly Run[] {
  const prompt = prompts();
  const calls = new CallLines();
  const runs = new Map<string, Run & { readonly calls: RecordedCall[] }>();
  for (const [index, line] of linesOf('tau-calls.ndjson.gz').entries()) {
    const record = JSON.parse(line) as CallRecord;
    if (record.defense !== 'none') continue;
    const reading = calls.read(line, `line ${index + 1}`);
    if (reading.kind === 'unusable') throw new Error(`Failed to read ${reading.place}: ${reading.why}`);
    let run = runs.get(record.trace_id);
    if (run === undefined) runs.set(record.trace_id, (run = newRun(record, prompt.get(record.trace_id) ?? '')));
    if (reading.kind === 'exchange') run.calls.push(labelled(record, reading.exchange));
  }
  return [...runs.values()];
}

function linesOf(name: string): readonly string[] {
  const text = gunzipSync(readFileSync(path.join(DATA, name))).toString();
  return text.split('\n').filter((line) => line !== '');
}

function newRun({ trace_id: id, suite, model, task_outcome }: CallRecord, prompt: string) {
  const cluster = clusterOf(suite, prompt);
  const succeeded = succeededIn(task_outcome);
  return { id, suite, model, cluster, half: halfOf(cluster), calls: [] as RecordedCall[], succeeded };
}

/** Whether a run ended in the reference state. */
export function succeededIn({ db_match, utility }: CallRecord['task_outcome']): boolean {
  return db_match ?? utility ?? false;
}

function labelled({ mutating, executed, label }: CallRecord, recorded: Exchange): RecordedCall {
  const { answer } = recorded;
  const text = answer.text === null ? null : completed(answer.text);
  const exchange = { ...recorded, answer: { ...answer, text, whole: answer.whole || text !== answer.text } };
  return { exchange, worth: mutating ? worthOf(label.harmful) : 'read', reason: label.reason, executed };
}

function worthOf(harmful: boolean | null): Worth {
  if (harmful === null) return 'unknown';
  return harmful ? 'harmful' : 'good';
}
