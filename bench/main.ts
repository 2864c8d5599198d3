import { mkdir, writeFile } from 'node:fs/promises';
import { arch, cpus, platform, release } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { benchControlKill } from './control/kill.ts';
import { benchListener, benchOverview } from './control/listener.ts';
import { responsive } from './control/responsive.ts';
import { controlTables, responsiveTable } from './control/tables.ts';
import { benchWatched } from './control/throughput.ts';
import { benchDecisions } from './decisions.ts';
import { benchDoor } from './door.ts';
import { benchEveryGuard } from './every-guard.ts';
import { benchFairness } from './fairness.ts';
import { benchKill } from './kill.ts';
import { benchProbe } from './probe.ts';
import { benchReplay } from './replay.ts';
import { benchReplayBeside, besideTable } from './replay/beside.ts';
import { benchSealedReplay, sealedRow, sealedText } from './replay/sealed.ts';
import { benchWarehouse } from './warehouse.ts';
import { benchWhy, whyTable } from './why.ts';
import { warehouseTables } from './warehouse/tables.ts';
import {
  decisionTable,
  doorTable,
  everyGuardTable,
  fairnessTable,
  killTable,
  probeTables,
  replayTable,
} from './tables.ts';

// `npm run bench`: all figures, peers side by side in one run. `--quick` for a look that proves nothing.
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    records: { type: 'string' },
    dir: { type: 'string' },
    cold: { type: 'boolean', default: false },
    // Ten million records take SQLite ten minutes to load.
    sqlite: { type: 'boolean', default: true },
  },
  allowNegative: true,
});
const rounds = values.quick ? 3 : 5;
const machine = {
  at: new Date().toISOString(),
  node: process.version,
  system: `${platform()} ${release()} ${arch()}`,
  cpu: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
};
console.log(`node ${machine.node}, ${machine.cpu}, ${rounds} rounds${values.quick ? ' (quick)' : ''}\n`);

const PARTS = [
  'decisions',
  'probe',
  'replay',
  'door',
  'fairness',
  'kill',
  'warehouse',
  'why',
  'replay-sealed',
  'control',
  'page',
] as const;
/** `--only decisions`: without the others. */
function wanted(part: (typeof PARTS)[number]): boolean {
  return values.only === undefined || values.only === part;
}
if (!PARTS.some(wanted)) throw new Error(`--only must be one of ${PARTS.join(', ')}`);

const decisions = wanted('decisions') ? benchDecisions(rounds) : [];
if (decisions.length > 0) console.log(`${decisionTable(decisions)}\n`);

const everyGuard = wanted('decisions') ? benchEveryGuard(rounds) : [];
if (everyGuard.length > 0) console.log(`${everyGuardTable(everyGuard)}\n`);

const probe = wanted('probe') ? await benchProbe(rounds, values.quick ? 200 : 1_500) : undefined;
if (probe !== undefined) console.log(`${probeTables(probe)}\n`);

const inMemory = wanted('replay') ? benchReplay(rounds, values.quick ? 1_000_000 : 10_000_000) : [];
const sealedReplay = wanted('replay')
  ? await benchSealedReplay(rounds, values.quick ? 200_000 : 2_000_000, values.dir)
  : undefined;
const replay = sealedReplay === undefined ? inMemory : [...inMemory, sealedRow(sealedReplay)];
if (replay.length > 0) console.log(`${replayTable(replay)}\n`);
if (sealedReplay !== undefined) console.log(`${sealedText(sealedReplay)}\n`);

const door = wanted('door')
  ? await benchDoor({ rounds, warmUpMs: values.quick ? 2_000 : 10_000, roundMs: values.quick ? 2_000 : 5_000 })
  : [];
if (door.length > 0) console.log(`${doorTable(door)}\n`);

const fairness = wanted('fairness') ? await benchFairness(values.quick ? 3 : 7, values.quick ? 2_000 : 4_000) : [];
if (fairness.length > 0) console.log(`${fairnessTable(fairness)}\n`);

const kill = wanted('kill') ? await benchKill(values.quick ? 3 : 10) : [];
if (kill.length > 0) console.log(killTable(kill));

// Ten million records take a quarter of an hour and twenty gigabytes: only when they are asked for.
const warehouse =
  values.only === 'warehouse'
    ? await benchWarehouse({
        records: Number(values.records ?? (values.quick ? 200_000 : 10_000_000)),
        rounds,
        cold: values.cold,
        ...(values.dir !== undefined && { dir: values.dir }),
      })
    : undefined;
if (warehouse !== undefined) console.log(warehouseTables(warehouse));

const why =
  values.only === 'why'
    ? await benchWhy({
        records: Number(values.records ?? (values.quick ? 200_000 : 10_000_000)),
        times: values.quick ? 10 : 40,
        sqlite: values.sqlite,
        ...(values.dir !== undefined && { dir: values.dir }),
      })
    : undefined;
if (why !== undefined) console.log(whyTable(why));

const replayBeside =
  values.only === 'replay-sealed'
    ? await benchReplayBeside({
        records: Number(values.records ?? (values.quick ? 200_000 : 10_000_000)),
        rounds,
        sqlite: values.sqlite,
        ...(values.dir !== undefined && { dir: values.dir }),
      })
    : undefined;
if (replayBeside !== undefined) console.log(besideTable(replayBeside));

// The control room: what a kill takes, what watching costs, and whether the page ever stands still.
const control =
  values.only === 'control'
    ? {
        kill: await benchControlKill(values.quick ? 3 : 20),
        watched: await benchWatched(rounds, values.quick ? 2_000 : 10_000),
        listener: await benchListener(rounds),
        overview: await benchOverview(rounds),
      }
    : undefined;
if (control !== undefined) console.log(controlTables(control));

const page =
  values.only === 'page' ? await responsive({ perSecond: 2_000, forMs: values.quick ? 5_000 : 60_000 }) : undefined;
if (page !== undefined) console.log(responsiveTable(page));

const results = path.join(import.meta.dirname, 'results');
await mkdir(results, { recursive: true });
/** Their figures stand by themselves: nothing of the door is in them. */
const ALONE: readonly (string | undefined)[] = [
  'probe',
  'replay',
  'replay-sealed',
  'warehouse',
  'why',
  'control',
  'page',
];
const part = ALONE.includes(values.only) ? values.only : 'partial';
const name = values.quick ? 'partial' : values.only === undefined ? 'latest' : part;
await writeFile(
  path.join(results, `${name}.json`),
  `${JSON.stringify({ ...machine, rounds, decisions, everyGuard, probe, replay, sealedReplay, door, fairness, kill, warehouse, why, replayBeside, control, page }, null, 2)}\n`,
);
