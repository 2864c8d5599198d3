import { ColumnFacts } from '../src/replay/column-facts.ts';
import { ColumnarJudge, notColumnar } from '../src/replay/columnar/columnar-judge.ts';
import { Doubts } from '../src/replay/doubts.ts';
import { EngineJudge } from '../src/replay/engine-judge.ts';
import { fold } from '../src/replay/fold.ts';
import { Tally } from '../src/replay/tally.ts';
import { TERMS } from '../src/replay/run.ts';
import { readTape } from '../src/replay/read-tape.ts';
import type { Tape } from '../src/warehouse/tape/tape.ts';
import type { Recorded } from '../src/journal/index.ts';
import { loaded, madeTape, policyText, type MadeTape } from './replay/made-tape.ts';
import { madeLines } from './replay/made-lines.ts';
import { plainLoop } from './replay/plain-loop.ts';
import { spread, type Spread } from './statistics.ts';

export interface ReplayFigures {
  readonly what: string;
  readonly calls: number;
  /** Of one core's time, the garbage collector's included: other work on the machine does not count. */
  readonly perSecond: Spread;
  /** How many times as long as the plain loop on the same calls. */
  readonly timesPlainLoop: number | null;
}

const SMALLER = 1_000_000;
const LINES = 100_000;

/** How many recorded calls a second a candidate is folded over: in columns, by the engine itself, from lines with bodies. */
export function benchReplay(rounds: number, calls: number): readonly ReplayFigures[] {
  const big = madeTape(calls);
  const small = madeTape(Math.min(calls, SMALLER));
  const lines = madeLines(LINES);
  const strict = loaded(policyText(true));
  agree(small, strict);
  const bodied = loaded(policyText(true).replaceAll('body.amount <=', "body.reason != 'test' && body.amount <="));
  const kinds: readonly Kind[] = [
    {
      what: 'plain loop over typed arrays, by hand',
      calls: big.tape.calls.size,
      plain: true,
      run: () => plainLoop(big.tape, new Uint8Array(big.tape.calls.size)),
    },
    { what: 'replay, columns', calls: big.tape.calls.size, plain: true, run: () => replayed(big, strict, 'columns') },
    {
      what: 'replay, the engine itself fed from columns',
      calls: small.tape.calls.size,
      plain: true,
      run: () => replayed(small, strict, 'engine'),
    },
    { what: 'JSON.parse of the NDJSON lines alone', calls: LINES, plain: false, run: () => parsed(lines) },
    {
      what: 'JSON.parse into columns, then the plain loop',
      calls: LINES,
      plain: false,
      run: () => parsedAndLooped(lines),
    },
    { what: 'replay from lines, columns suffice', calls: LINES, plain: false, run: () => fromLines(lines, strict) },
    { what: 'replay from lines, bodies parsed', calls: LINES, plain: false, run: () => fromLines(lines, bodied) },
  ];
  for (const { run } of kinds) run();
  const figures = kinds.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, { run, calls: count }] of kinds.entries()) {
      const started = process.cpuUsage();
      run();
      const { user, system } = process.cpuUsage(started);
      figures[index]?.push(count / ((user + system) / 1_000_000));
    }
  }
  const plain = spread(figures[0] ?? []).median;
  return kinds.map(({ what, calls: count, plain: isBeside }, index) => {
    const perSecond = spread(figures[index] ?? []);
    return { what, calls: count, perSecond, timesPlainLoop: isBeside ? plain / perSecond.median : null };
  });
}

interface Kind {
  readonly what: string;
  readonly calls: number;
  readonly plain: boolean;
  readonly run: () => void;
}

/** A benchmark of something else would be none: the plain loop, the columns and the engine find the same verdicts. */
function agree(made: MadeTape, strict: MadeTape['policy']): void {
  const byHand = new Uint8Array(made.tape.calls.size);
  plainLoop(made.tape, byHand);
  for (const how of ['columns', 'engine'] as const) {
    const found = new Uint8Array(made.tape.calls.size);
    replayed(made, strict, how, (row, verdict) => (found[row] = verdict));
    const row = found.findIndex((verdict, index) => verdict !== byHand[index]);
    if (row !== -1)
      throw new Error(`the plain loop and the ${how} differ at row ${row}: ${byHand[row]}, ${found[row]}`);
  }
  const denied = byHand.reduce((sum, verdict) => sum + (verdict === 0 ? 0 : 1), 0);
  if (denied === 0 || denied === byHand.length) throw new Error('the benchmark judges nothing');
}

/** A whole replay: verdicts, certainty, tallies and examples. */
function replayed(
  { tape, policy }: MadeTape,
  candidate: MadeTape['policy'],
  how: 'columns' | 'engine',
  seen: (row: number, verdict: number) => void = () => undefined,
): Tally {
  const facts = new ColumnFacts(tape, candidate, [policy], {
    overrides: new Map(),
    unknown: new Map(),
    notMade: new Set(),
  });
  if (notColumnar(candidate.policy) !== undefined) throw new Error('the benchmark’s policy has columns for everything');
  const judge =
    how === 'columns'
      ? new ColumnarJudge(candidate.policy, tape, facts, (row, rule) => facts.truth(row, rule))
      : new EngineJudge(candidate.policy, tape, facts);
  const tally = new Tally();
  const doubts = new Doubts(candidate.policy, tape, 'apart');
  fold(
    { tape, judge, facts, doubts, terms: TERMS },
    {
      call: seen,
      changed: (change) => tally.add(tape, change),
      toldDifferently: () => undefined,
      unjudged: () => undefined,
      began: () => undefined,
    },
  );
  return tally;
}

function parsed(lines: readonly string[]): number {
  let kept = 0;
  for (const line of lines) kept += (JSON.parse(line) as { at: number }).at;
  return kept;
}

function parsedAndLooped(lines: readonly string[]): void {
  const tape: Tape | undefined = tapeOf(lines);
  if (tape !== undefined) plainLoop(tape, new Uint8Array(tape.calls.size));
}

function tapeOf(lines: readonly string[]): Tape | undefined {
  const read = readTape(
    lines.map((line) => JSON.parse(line) as Recorded),
    [],
  );
  return read.ok ? read.value.tape : undefined;
}

/** From text to verdicts; without the hash chain, which is the same for all of them. */
function fromLines(lines: readonly string[], candidate: MadeTape['policy']): void {
  const read = readTape(records(lines), [candidate]);
  if (!read.ok) throw new Error(read.failure);
  const {
    tape,
    facts: [facts],
    policies: [policy],
  } = read.value;
  if (facts === undefined || policy === undefined) throw new Error('nothing was read');
  const judge =
    facts.overridden === 0
      ? new ColumnarJudge(candidate.policy, tape, facts, (row, rule) => facts.truth(row, rule))
      : new EngineJudge(candidate.policy, tape, facts);
  const tally = new Tally();
  fold(
    { tape, judge, facts, doubts: new Doubts(candidate.policy, tape, 'apart'), terms: TERMS },
    {
      call: () => undefined,
      changed: (change) => tally.add(tape, change),
      toldDifferently: () => undefined,
      unjudged: () => undefined,
      began: () => undefined,
    },
  );
}

function* records(lines: readonly string[]): Generator<Recorded> {
  for (const line of lines) yield JSON.parse(line) as Recorded;
}
