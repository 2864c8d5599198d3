import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { CommandModule } from 'yargs';
import { controlApi } from '../../control/api.ts';
import { listenControl } from '../../control/listen.ts';
import { Live } from '../../control/live/live.ts';
import { Lookups } from '../../control/lookup/lookups.ts';
import { doorClock } from '../../door/clock.ts';
import { machine } from '../../door/machine.ts';
import { openDoor, type OpenDoor } from '../../door/open.ts';
import type { DoorTls } from '../../door/intake/tls.ts';
import { RESERVE_BYTES } from '../../journal/index.ts';
import { openPager } from '../../notify/index.ts';
import { newShadow } from '../../stages/shadow.ts';
import { openCheckpoints } from '../checkpoints.ts';
import {
  certificateOf,
  controlExposure,
  controlOptions,
  renewControlTls,
  roomFor,
  type ControlFlags,
} from '../control-exposure.ts';
import { oidcOptions, oidcSettings, type OidcFlags } from '../oidc-settings.ts';
import { newAdminToken, removeControlFile, writeControlFile } from '../control-file.ts';
import { diskWords, MIB } from '../disk-words.ts';
import { doorLimits } from '../door-limits.ts';
import { CommandFailed } from '../failure.ts';
import { forgetSecrets, nodeOptions, refuseShownMemory } from '../exposure.ts';
import { faultLines } from '../fault-lines.ts';
import { mockLinksFor } from '../mock-links.ts';
import { recordLines } from '../../control/log/records.ts';
import { Metrics } from '../../control/metrics/metrics.ts';
import { Onlooker } from '../../control/traces/visits.ts';
import { linksFor, TRANSPORTS, type TransportName } from '../links.ts';
import { channelsOf } from '../paging.ts';
import { dataOption, policyOption } from '../options.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import { policyFrom } from '../policy-file.ts';
import { ofMocks, policySource } from '../policy-source.ts';
import { logFamily, logOptions, openServeLog, type LogArguments, type ServeLog } from '../serve-log.ts';
import { lackingIn, refuseUnasked, standingLines } from '../standing-lines.ts';
import { otlpOption, telemetryTo } from '../telemetry.ts';
import { watchOver, type Watchman } from '../watch-over.ts';
import { readTls, refusePlaintext, type TlsFiles } from '../tls-files.ts';

interface ServeArguments extends TlsFiles, ControlFlags, OidcFlags, LogArguments {
  readonly otlp?: string;
  readonly policy: string;
  readonly data: string;
  readonly host: string;
  readonly port: number;
  readonly controlPort: number;
  readonly transport: TransportName;
  readonly drain: number;
  readonly limit: readonly string[];
  readonly reserve: number;
  readonly segmentBytes?: number;
  readonly snapshotEvery?: number;
  readonly plaintext: boolean;
  readonly mock: boolean;
  readonly mockFaults: string | undefined;
}

/** sysexits' EX_IOERR: the journal failed, nothing was forwarded after that. */
const EXIT_JOURNAL_FAILED = 74;

/** More is no reserve any more, but a disk of its own. */
const RESERVE_MAX_MIB = 1_024;

/** Nobody waits longer for a door to close. */
const DRAIN_MAX_MS = 3_600_000;

/** How long a door that can record nothing more stays: to tell those who wait. */
const FAREWELL_MS = 200;

/** `interlock serve` */
export const serve: CommandModule<object, ServeArguments> = {
  command: 'serve',
  describe: 'Open the door: judge every call, journal it, then send it',
  builder: (yargs) =>
    yargs
      .option('policy', policyOption)
      .option('data', dataOption)
      .option('host', { type: 'string', default: '127.0.0.1', describe: 'The address that agents reach the door at' })
      .option('port', { type: 'number', default: 4747, describe: 'The door’s port; 0 takes a free one' })
      .option('control-port', {
        type: 'number',
        default: 4748,
        describe: 'The control API’s port; 0 takes a free one',
      })
      .options(controlOptions)
      .options(oidcOptions)
      .option('transport', {
        choices: TRANSPORTS,
        default: 'undici' as const,
        describe: 'How requests reach upstreams',
      })
      .option('drain', {
        type: 'number',
        default: 10_000,
        describe: 'On SIGTERM: how long calls under way may take (ms)',
      })
      .option('limit', {
        type: 'string',
        array: true,
        default: [],
        describe: 'Another bound of the door’s: headersTimeoutMs=5000; `interlock check --limits` names them',
      })
      .option('reserve', {
        type: 'number',
        default: RESERVE_BYTES / MIB,
        describe: 'Disk kept for the day it is full, so that kills still work then (MiB); 0 keeps none',
      })
      .options(logOptions)
      .option('otlp', otlpOption)
      // For those who test crashes: what is rare in life, at every moment.
      .option('segment-bytes', { type: 'number', hidden: true })
      .option('snapshot-every', { type: 'number', hidden: true })
      .option('tls-cert', {
        type: 'string',
        describe: 'The door’s certificate and its chain (PEM): agents come by https',
      })
      .option('tls-key', { type: 'string', describe: 'The key of --tls-cert (PEM)' })
      .option('client-ca', {
        type: 'string',
        describe: 'Let in only clients with a certificate of these authorities (PEM)',
      })
      .option('plaintext', {
        type: 'boolean',
        default: false,
        describe: 'Listen beyond loopback without TLS: a proxy in front speaks it',
      })
      .option('mock', {
        type: 'boolean',
        default: false,
        describe: 'Put the policy’s mocks in the place of its upstreams: nothing real is called, and no key is needed',
      })
      .option('mock-faults', {
        type: 'string',
        describe: 'What goes wrong at the mocks, a YAML file as of `sandbox --faults`',
      })
      .example('$0 serve --policy interlock.yaml --data .interlock', '')
      .example('$0 serve --mock', 'in front of the policy’s mocks, to see it work') as never,
  handler: async ({
    policy: file,
    data,
    host,
    port,
    controlPort,
    transport,
    drain,
    limit,
    reserve,
    plaintext,
    otlp,
    mock: mocked,
    mockFaults,
    ...rest
  }) => {
    for (const [option, value] of Object.entries({ port, 'control-port': controlPort })) {
      if (Number.isInteger(value) && value >= 0 && value <= 65_535) continue;
      throw new CommandFailed(`Failed to read --${option}: write a port from 0 (any free one) to 65535.`);
    }
    if (!Number.isInteger(reserve) || reserve < 0 || reserve > RESERVE_MAX_MIB) {
      throw new CommandFailed(`Failed to read --reserve: write MiB from 0 (none) to ${RESERVE_MAX_MIB}.`);
    }
    if (!Number.isInteger(drain) || drain < 0 || drain > DRAIN_MAX_MS) {
      throw new CommandFailed(`Failed to read --drain: write milliseconds from 0 (cut at once) to ${DRAIN_MAX_MS}.`);
    }
    if (mockFaults !== undefined && !mocked)
      throw new CommandFailed('Failed to read --mock-faults: it goes with --mock.');
    refuseShownMemory(nodeOptions(process));
    const tls = readTls(rest, Date.now());
    refusePlaintext(host, tls, plaintext);
    const people = controlExposure(rest, rest, Date.now());
    const room = roomFor(rest);
    const oidc = oidcSettings(rest, process.env);
    const written = await policyFrom(file);
    const policy = mocked ? ofMocks(written) : written;
    if (!mocked) refuseUnasked(policy);
    const log = openServeLog(rest, process);
    const limits = doorLimits(limit, policy, tls !== undefined);
    const channels = channelsOf(policy, process.env);
    const checkpoints = openCheckpoints(policy, data, process.env, (message) => log.line('warn', message));
    const clock = doorClock(machine.wall());
    const mocks = mocked ? await mockLinksFor(policy, clock, mockFaults) : undefined;
    const {
      link,
      under: linksUnder,
      close: closeLinks,
    } = mocks ?? (await linksFor(policy, transport, process.env, clock, (warning) => log.line('warn', warning)));
    const lacking = lackingIn(data, policy);
    forgetSecrets(written, process, () => log.line('info', 'SIGUSR1: this door opens no debugger'));
    let reloaded: (next: LoadedPolicy) => void = () => undefined;
    const telemetry = await telemetryTo(otlp, process.env);
    const onlooker = new Onlooker(telemetry?.traces);
    const door = await openDoor({
      policy,
      witness: onlooker,
      dir: data,
      host,
      port,
      tls,
      link,
      shadow: newShadow(policy),
      lacking,
      limits,
      mocked,
      ...(checkpoints !== undefined && {
        checkpoints: { signer: checkpoints.signer, state: () => checkpoints.checkpointer.state() },
      }),
      ...(rest.segmentBytes !== undefined && { segmentBytesMax: rest.segmentBytes }),
      ...(rest.snapshotEvery !== undefined && { snapshotEvery: rest.snapshotEvery }),
      reserveBytes: reserve * MIB,
      onDisk: (state) => log.line(state.kind === 'full' ? 'error' : 'info', diskWords(state, path.resolve(data))),
      reloading: policySource({ file, data, mocked, linksUnder, onReloaded: (next) => reloaded(next) }),
      onFault: faultLines(log, Date.now),
      onFailure: (error) => {
        log.line(
          'fatal',
          `${error.message}\nThe door is closed. Check the disk, then start again: \`interlock audit verify\` first.`,
        );
        // Whoever waits is told; nothing is forwarded meanwhile, for every call needs the journal first.
        setTimeout(() => process.exit(EXIT_JOURNAL_FAILED), FAREWELL_MS);
      },
    }).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      const { syscall } = error as NodeJS.ErrnoException;
      if (syscall === undefined) throw new CommandFailed(message);
      throw new CommandFailed(
        `Failed to open \`${data}\`: ${message}. Name a directory that this user may make or write: --data DIR.`,
      );
    });
    door.log.listen(recordLines(log, door.engine, Date.now));
    const token = newAdminToken();
    const premises = {
      ...door,
      get policy() {
        return door.inForce();
      },
      dir: data,
    };
    const live = new Live(premises);
    const metrics = new Metrics(premises, () => [
      ...onlooker.families(),
      ...(telemetry?.queue.families() ?? []),
      logFamily(log),
    ]);
    telemetry?.push(metrics);
    const lookups = new Lookups({ dir: data, onFault: (line) => log.line('warn', `look-ups: ${line}`) });
    const api = controlApi(premises, token, { live, metrics, lookups }, { exposure: people.exposure, oidc });
    const control = await listenControl(api, { host: people.host, port: controlPort, tls: people.tls }).catch(
      async (error: Error) => {
        await door.close(0);
        const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
        const why = taken ? 'something else listens there, maybe another door' : error.message;
        throw new CommandFailed(
          `Failed to open the control API on port ${controlPort}: ${why}. Choose another: --control-port 0 takes a free one.`,
        );
      },
    );
    const reached = { url: control.url, token, pid: process.pid, door: door.url };
    writeControlFile(data, { ...reached, ...certificateOf(people.tls) });
    const place = { data: path.resolve(data), policy: path.resolve(file), environment: policy.environment, ...room };
    const pager = openPager(door, channels, place, (error) =>
      log.fault(error, 'Paging has stopped until the next start'),
    );
    checkpoints?.checkpointer.start(door.log, door.clock);
    const watch = (by: LoadedPolicy): Watchman =>
      watchOver(door, by, data, (error) => log.fault(error, 'Watching over promoted agents failed'));
    let watchman = Promise.resolve(watch(policy));
    reloaded = (next) => {
      watchman = watchman.then(async (before) => {
        await before.close();
        return watch(next);
      });
      watchman.catch((error: unknown) => log.fault(error, 'Watching over promoted agents failed'));
      for (const line of standingLines({ ...door, lapsed: [] }, next, data, lackingIn(data, next)))
        log.line('info', line);
    };
    const upstreams = Object.fromEntries(door.urls);
    for (const line of mocks?.words ?? []) log.line('info', line);
    for (const line of standingLines(door, policy, data, lacking)) log.line('info', line);
    // Before anybody is told that it listens: a signal may follow at once.
    if (tls !== undefined) process.on('SIGHUP', () => renewTls(door, rest, log));
    if (people.tls !== undefined) {
      process.on('SIGHUP', () => {
        const renewed = renewControlTls(control, rest, (line) => log.line('error', line));
        if (renewed !== undefined) writeControlFile(data, { ...reached, ...certificateOf(renewed) });
      });
    }
    const end = ended();
    await log.flush(FAREWELL_MS);
    console.log(
      JSON.stringify({
        event: 'listening',
        door: door.url,
        control: control.url,
        upstreams,
        ...(mocked && { mocked }),
      }),
    );
    const signal = await end;
    log.line('info', `${signal}: taking no more requests, finishing those under way; once more cuts them off`);
    void ended().then((again) => {
      log.line('warn', `${again}: cutting off what is under way; it counts as spent until somebody knows better`);
      door.cut();
    });
    // The control API goes last: a kill must work while calls are still under way.
    await door.close(drain, async () => {
      await (await watchman).close();
      await pager.close();
      await checkpoints?.checkpointer.close();
    });
    await telemetry?.close(FAREWELL_MS);
    metrics.close();
    removeControlFile(data, process.pid);
    await live.close();
    lookups.close();
    control.server.close();
    // The journal is closed: an answer that still comes could not be recorded any more.
    await Promise.race([closeLinks(), pause(FAREWELL_MS)]);
    await log.flush(FAREWELL_MS);
    process.exit();
  },
};

/** On SIGHUP: what is wrong with the new files is said, and the door goes on with those it has. */
function renewTls(door: OpenDoor, files: TlsFiles, log: ServeLog): void {
  try {
    door.renewTls(readTls(files, Date.now()) as DoorTls);
    log.line('info', 'SIGHUP: new connections get the certificate as it is now');
  } catch (error) {
    log.line(
      'error',
      `SIGHUP: ${error instanceof Error ? error.message : String(error)} The door keeps the one it has.`,
    );
  }
}

function ended(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  });
}
