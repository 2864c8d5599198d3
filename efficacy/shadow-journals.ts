import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { filesBeside } from '../src/policy/files.ts';
import { loadPolicy } from '../src/policy/index.ts';
import type { AgentId, CallId } from '../src/engine/ids.ts';
import { importRecording, type ImportSummary } from '../src/warehouse/import/import.ts';
import { clusterOf, halfOf, type Suite } from './customer.ts';
import { completed } from './excerpt.ts';
import type { Label } from './labels.ts';
import { callRecords, prompts, succeededIn, type CallRecord } from './recordings.ts';
import { shadowed } from './shadow-policy.ts';

/** A suite's recorded runs as one shadow journal. */
export interface ShadowJournal {
  readonly suite: Suite;
  /** The data directory. */
  readonly dir: string;
  /** The policy it was decided under. */
  readonly policy: string;
  /** What was imported: calls one a line, without any label. */
  readonly recording: string;
  /** What the annotators say of each write, one {@link Label} a line. Nothing of it is in a journal. */
  readonly labels: string;
  readonly summary: ImportSummary;
}

const SUITES: readonly Suite[] = ['retail', 'airline'];
const AGENT = 'service' as AgentId;
/** Each run of the benchmark began anew, whatever the one before did. */
const RESUMED_BY = 'efficacy study';

/**
 * Imports every recorded run under the study's policies in shadow. Makes in `dir`: a journal `SUITE/`, its policy `SUITE.yaml`
 * with its OpenAPI document, the recording `SUITE.ndjson` and the labels `SUITE.labels.ndjson` for each suite. The same bytes each
 * time, but for the journals' records of the machine.
 */
export async function makeShadowJournals(dir: string): Promise<readonly ShadowJournal[]> {
  mkdirSync(dir, { recursive: true });
  const records = Map.groupBy(callRecords(), ({ suite }) => suite);
  const prompt = prompts();
  const journals: ShadowJournal[] = [];
  for (const suite of SUITES) {
    const its = records.get(suite) ?? [];
    const journal = await imported(dir, suite, its);
    const listed = new Set(journal.summary.listed.map(({ place }) => place));
    const labels = its.flatMap((record, index): Label[] => {
      if (record.http.method === '-' || !record.mutating) return [];
      const isImported = !listed.has(placeOf(index));
      return [labelOf(record, callOf(suite, placeOf(index)), isImported, prompt.get(record.trace_id) ?? '')];
    });
    const file = path.join(dir, `${suite}.labels.ndjson`);
    writeFileSync(file, linesOf(labels));
    journals.push({ ...journal, labels: file });
  }
  return journals;
}

async function imported(
  dir: string,
  suite: Suite,
  records: readonly CallRecord[],
): Promise<Omit<ShadowJournal, 'labels'>> {
  const policyFile = path.join(dir, `${suite}.yaml`);
  const text = shadowed(readFileSync(path.join(import.meta.dirname, `${suite}.yaml`), 'utf8'));
  writeFileSync(policyFile, text);
  cpSync(path.join(import.meta.dirname, `${suite}.openapi.yaml`), path.join(dir, `${suite}.openapi.yaml`));
  const policy = loadPolicy(text, `${suite}.yaml`, filesBeside(policyFile));
  if (!policy.ok) throw new Error(`Failed to load ${policyFile}: ${JSON.stringify(policy.failure)}`);

  const recording = path.join(dir, `${suite}.ndjson`);
  writeFileSync(recording, linesOf(records.map(unlabelled)));
  const journal = path.join(dir, suite);
  const summary = await importRecording({
    file: recording,
    policy: policy.value,
    agent: AGENT,
    dir: journal,
    callId: ({ place }) => callOf(suite, place),
    resumeAs: RESUMED_BY,
  });
  if (!summary.ok) throw new Error(`Failed to import ${recording}: ${summary.failure}`);
  return { suite, dir: journal, policy: policyFile, recording, summary: summary.value };
}

/** What a recorder at the door would have seen, and no more. */
function unlabelled({ trace_id, http, args, executed, result_excerpt }: CallRecord): object {
  return { trace_id, http, args, executed, result_excerpt: completed(result_excerpt) };
}

/** As the import names the lines of a file. */
const placeOf = (index: number): string => `line ${index + 1}`;

/** Every line has its call's id, so that whoever has the one finds the other. */
function callOf(suite: Suite, place: string): CallId {
  return `call_${suite}${place.replace('line ', '').padStart(5, '0')}` as CallId;
}

function labelOf(record: CallRecord, call: CallId, imported: boolean, prompt: string): Label {
  const { trace_id: session, suite, defense, label, task_outcome } = record;
  const cluster = clusterOf(suite, prompt);
  const { harmful, reason } = label;
  return {
    call,
    suite,
    session,
    harmful,
    reason,
    imported,
    cluster,
    half: halfOf(cluster),
    guarded: defense !== 'none',
    succeeded: succeededIn(task_outcome),
  };
}

const linesOf = (records: readonly object[]): string => records.map((one) => `${JSON.stringify(one)}\n`).join('');

if (import.meta.main) {
  const [dir] = process.argv.slice(2);
  if (dir === undefined) throw new Error('Name the directory that the journals go into.');
  for (const { dir: journal, policy, labels, summary } of await makeShadowJournals(dir)) {
    const { listed, ...counts } = summary;
    console.log(
      `${journal}, decided under ${policy}, labelled in ${labels}:`,
      JSON.stringify({ ...counts, listed: listed.slice(0, 5) }, null, 2),
    );
  }
}
