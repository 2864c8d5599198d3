import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../../std/assert.ts';
import { loadRecorded } from '../../policy/load.ts';
import { disk } from '../disk.ts';
import { pseudonymKey, recogniser } from '../vault/recognise.ts';
import { Past } from './past.ts';
import type { FromThread, RefoldData, ToThread } from './apart.ts';

/** So little is left that its rest is read while the door keeps what comes meanwhile. */
const NEAR_RECORDS = 2_000;
/** A journal that grows as fast as it is read is followed no further before that. */
const ROUNDS_MAX = 8;

/** A thread's whole life: it reads a journal under another policy, never writes, and holds nothing that the door has. */
function run(port: NonNullable<typeof parentPort>): void {
  const { dir, recorded, digest } = workerData as RefoldData;
  const tell = (message: FromThread, given: readonly ArrayBuffer[] = []): void => port.postMessage(message, given);
  const loaded = loadRecorded(recorded);
  assert(loaded.ok && loaded.value.digest === digest, 'a policy compiles from its record as it did from its files');
  const { policy, privacy } = loaded.value;
  const past = new Past(policy, { dir, disk, recognise: recogniser(privacy, pseudonymKey(dir, disk)) });
  for (let round = 0; round < ROUNDS_MAX && past.read() > NEAR_RECORDS; round += 1) continue;
  port.once('message', ({ until }: ToThread) => {
    past.read(until);
    assert(past.seq === until, 'what is durable can be read');
    const state = past.state();
    tell(
      { kind: 'state', state },
      state.map(({ buffer }) => buffer),
    );
    port.close();
  });
  tell({ kind: 'near' });
}

assert(parentPort !== null, 'this is no program of its own');
run(parentPort);
