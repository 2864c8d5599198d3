import { callIds } from '../call-ids.ts';
import { doorClock } from '../clock.ts';
import { drain, landed, listen, type Listening } from '../intake/listener.ts';
import type { DoorTls } from '../intake/tls.ts';
import type { DoorLimits } from '../limits.ts';
import { machine as realMachine, type Machine } from '../machine.ts';
import type { UpstreamId } from '../../engine/ids.ts';
import { takeLock } from '../../journal/lock.ts';
import type { GapLine } from './lines.ts';
import { Recorder, type Way } from './recorder.ts';
import { Secrets } from './secrets.ts';
import { Sessions, type SessionBy } from './sessions.ts';
import { RecordingWriter } from './writer.ts';

export interface OpenRecorderOptions {
  readonly dir: string;
  readonly upstreams: ReadonlyMap<UpstreamId, Way & { readonly port?: number | undefined }>;
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly tls?: DoorTls | undefined;
  readonly sessionBy?: SessionBy;
  readonly strict?: boolean;
  /** Not earlier than this: the last line of what stands in the directory. */
  readonly startsAt?: number;
  readonly onGap: (gap: GapLine['gap'] | 'over') => void;
  readonly onFault: (error: unknown) => void;
  readonly machine?: Machine;
  readonly limits?: Partial<DoorLimits>;
  readonly fileBytesMax?: number;
}

/** How long the lines of what was cut may take to the disk, at the end. */
export const CUT_WITHIN_MS = 2_000;

/** A recorder that listens. */
export interface OpenRecorder {
  readonly url: string;
  readonly urls: ReadonlyMap<UpstreamId, string>;
  /** How many calls were written down. */
  readonly calls: () => number;
  /** Ends the grace of {@link close} at once. */
  cut(): void;
  /** Takes no more requests, lets those under way finish for `graceMs`, and closes the recording. */
  close(graceMs: number): Promise<void>;
}

/** Opens a recording directory, and listens. Throws JournalLocked where another process records there. */
export async function openRecorder(options: OpenRecorderOptions): Promise<OpenRecorder> {
  const { dir, upstreams, host = '127.0.0.1', port, tls, machine = realMachine, startsAt = 0 } = options;
  const { disk, timers, random } = machine;
  disk.makeDirectory(dir);
  const lock = takeLock(dir, 0, machine);
  const clock = doorClock(Math.max(startsAt, machine.wall()), machine);
  const addresses = Object.fromEntries([...upstreams].map(([id, { url }]) => [id, url.href]));
  const writer = new RecordingWriter({
    dir,
    disk,
    clock,
    timers,
    beginning: () => ({ interlock_recording: 1, at: clock.now(), upstreams: addresses }),
    onGap: options.onGap,
    ...(options.fileBytesMax !== undefined && { fileBytesMax: options.fileBytesMax }),
  });
  const recorder = new Recorder({
    upstreams,
    writer,
    secrets: new Secrets(),
    sessions: new Sessions(options.sessionBy ?? 'credential', random),
    clock,
    timers,
    exchangeId: callIds(random),
    strict: options.strict ?? false,
    onFault: options.onFault,
    ...(options.limits !== undefined && { limits: options.limits }),
  });
  const listenings: Listening[] = [];
  const hurry = new AbortController();
  const urls = new Map<UpstreamId, string>();
  try {
    const common = await listen(recorder, host, port, undefined, tls);
    listenings.push(common);
    for (const [id, upstream] of upstreams) {
      if (upstream.port === undefined) urls.set(id, `${common.url}/${id}`);
      else {
        const own = await listen(recorder, host, upstream.port, id, tls);
        listenings.push(own);
        urls.set(id, own.url);
      }
    }
    return {
      url: common.url,
      urls,
      calls: () => recorder.calls,
      cut: () => hurry.abort(),
      close: async (graceMs) => {
        recorder.drain();
        const grace = AbortSignal.any([hurry.signal, AbortSignal.timeout(graceMs)]);
        await Promise.all(listenings.map((listening) => drain(listening, grace)));
        await landed(recorder.flights, grace);
        recorder.cut();
        // What was cut is over as soon as its line is on the disk.
        await landed(recorder.flights, AbortSignal.timeout(CUT_WITHIN_MS));
        writer.append({ ended: { at: clock.now(), calls: recorder.calls } });
        await writer.close();
        lock.release();
      },
    };
  } catch (error) {
    for (const { server } of listenings) server.close();
    await writer.close();
    lock.release();
    throw error;
  }
}
