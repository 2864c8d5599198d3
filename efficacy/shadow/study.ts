import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { divergence } from '../../src/evidence/divergence/divergence.ts';
import type { Divergence } from '../../src/evidence/divergence/model.ts';
import { candidates, type Candidates } from '../../src/evidence/review/queue.ts';
import { SAMPLE } from '../../src/evidence/review/sample.ts';
import { daysIn } from '../../src/evidence/review/strata.ts';
import { filesBeside } from '../../src/policy/files.ts';
import { loadPolicy, type LoadedPolicy } from '../../src/policy/index.ts';
import { replay, type ReplayReport } from '../../src/replay/index.ts';
import { clusterOf, type Suite } from '../customer.ts';
import { prompts } from '../recordings.ts';
import { referenceActuals } from '../reference.ts';
import type { ShadowJournal } from '../shadow-journals.ts';
import { agentSide, type AgentSide } from './agent-side.ts';
import { CANDIDATES, candidatesOf, type CandidateName } from './candidates.ts';
import { noiseFloor } from './noise.ts';

/** One suite, from its shadow journal to what a reviewer is shown. INVARIANT: no label is read to make it. */
export interface SuiteStudy {
  readonly suite: Suite;
  readonly journal: ShadowJournal;
  readonly side: AgentSide;
  readonly divergence: Divergence;
  readonly replay: ReplayReport;
  readonly candidates: Candidates;
  readonly files: Readonly<Record<'actuals' | 'divergence' | 'replay' | CandidateName, string>>;
}

/** Compares, replays and draws, and leaves beside the journal what `interlock report` takes. */
export function studied(dir: string, journal: ShadowJournal): SuiteStudy {
  const { suite } = journal;
  const name = (what: string): string => path.join(dir, `${suite}.${what}`);
  const policy = loaded(journal.policy);
  const reference = referenceActuals(suite);
  const side = agentSide(journal.dir, reference, policy);
  const prompt = prompts();
  // Several runs are about one customer: they are no evidence apart from each other.
  const customer = (session: string): string => clusterOf(suite, prompt.get(session) ?? '');
  const found = divergence({
    agent: null,
    caseField: 'session',
    meant: side.meant,
    actuals: side.actuals,
    withinMs: 0,
    clusterOf: customer,
  });
  const beside = { ...found, noise: noiseFloor(side, customer) };
  const both = candidatesOf(dir, suite);
  const replayed = replay(
    [{ name: suite, journal: journal.dir }],
    CANDIDATES.map((one) => both[one]),
  );
  if (!replayed.ok) throw new Error(`Failed to replay ${replayed.failure}`);
  writeFileSync(name('actuals.ndjson'), reference);
  writeFileSync(name('divergence.json'), `${JSON.stringify(beside)}\n`);
  writeFileSync(name('replay.json'), `${JSON.stringify(replayed.value)}\n`);
  return {
    suite,
    journal,
    side,
    divergence: beside,
    replay: replayed.value,
    candidates: candidates(side.intents.writes, [], SAMPLE, daysIn('UTC')),
    files: {
      actuals: name('actuals.ndjson'),
      divergence: name('divergence.json'),
      replay: name('replay.json'),
      lenient: name('lenient.yaml'),
      strict: name('strict.yaml'),
    },
  };
}

function loaded(file: string): LoadedPolicy {
  const policy = loadPolicy(readFileSync(file, 'utf8'), path.basename(file), filesBeside(file));
  if (!policy.ok) throw new Error(`Failed to load ${file}: ${JSON.stringify(policy.failure)}`);
  return policy.value;
}
