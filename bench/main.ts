import { mkdir, writeFile } from 'node:fs/promises';
import { arch, cpus, platform, release } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { benchDecisions } from './decisions.ts';
import { benchDoor } from './door.ts';
import { benchEveryGuard } from './every-guard.ts';
import { decisionTable, doorTable, everyGuardTable } from './tables.ts';

// `npm run bench`: all figures, peers side by side in one run. `--quick` for a look that proves nothing.
const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } } });
const rounds = values.quick ? 3 : 5;
const machine = {
  at: new Date().toISOString(),
  node: process.version,
  system: `${platform()} ${release()} ${arch()}`,
  cpu: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
};
console.log(`node ${machine.node}, ${machine.cpu}, ${rounds} rounds${values.quick ? ' (quick)' : ''}\n`);

const decisions = values.only === 'door' ? [] : benchDecisions(rounds);
if (decisions.length > 0) console.log(`${decisionTable(decisions)}\n`);

const everyGuard = values.only === 'door' ? [] : benchEveryGuard(rounds);
if (everyGuard.length > 0) console.log(`${everyGuardTable(everyGuard)}\n`);

const door =
  values.only === 'decisions'
    ? []
    : await benchDoor({ rounds, warmUpMs: values.quick ? 2_000 : 10_000, roundMs: values.quick ? 2_000 : 5_000 });
if (door.length > 0) console.log(doorTable(door));

const results = path.join(import.meta.dirname, 'results');
await mkdir(results, { recursive: true });
const name = values.quick || values.only !== undefined ? 'partial' : 'latest';
await writeFile(
  path.join(results, `${name}.json`),
  `${JSON.stringify({ ...machine, rounds, decisions, everyGuard, door }, null, 2)}\n`,
);
