import type { CommandModule } from 'yargs';
import { disk } from '../../journal/disk.ts';
import type { GapLine } from '../../door/recorder/lines.ts';
import { openRecorder } from '../../door/recorder/open.ts';
import { previousRecording, type Previous } from '../../door/recorder/previous.ts';
import type { SessionBy } from '../../door/recorder/sessions.ts';
import { CommandFailed } from '../failure.ts';
import { faultLines } from '../fault-lines.ts';
import { recordedUpstreams } from '../record-upstreams.ts';
import { readTls, refusePlaintext, type TlsFiles } from '../tls-files.ts';

interface RecordArguments extends TlsFiles {
  readonly upstream: readonly string[];
  readonly listen: readonly string[];
  readonly inside: readonly string[];
  readonly out: string;
  readonly host: string;
  readonly port: number;
  readonly sessionBy: SessionBy;
  readonly strict: boolean;
  readonly drain: number;
  readonly plaintext: boolean;
  readonly fileBytes?: number;
}

const WARNING =
  'The recording holds what passes here, personal data included; only this user may read it. Credentials are left out.';

/** `interlock record` */
export const record: CommandModule<object, RecordArguments> = {
  command: 'record',
  describe: 'Pass an agent’s calls on with its own key, judge nothing, and write down what passed',
  builder: (yargs) =>
    yargs
      .option('upstream', {
        type: 'string',
        array: true,
        default: [],
        describe: 'An API by a name: payments=https://api.stripe.com; the agent asks http://127.0.0.1:4747/payments',
      })
      .option('listen', {
        type: 'string',
        array: true,
        default: [],
        describe: 'A port of its own for an upstream, for an SDK that is told host and port alone: payments=4750',
      })
      .option('inside', {
        type: 'string',
        array: true,
        default: [],
        describe: 'An upstream whose name leads into a private network',
      })
      .option('out', {
        alias: 'o',
        type: 'string',
        demandOption: true,
        describe: 'The directory that the recording goes into',
      })
      .option('host', { type: 'string', default: '127.0.0.1', describe: 'The address that the agent reaches this at' })
      .option('port', { type: 'number', default: 4747, describe: 'The port; 0 takes a free one' })
      .option('session-by', {
        choices: ['credential', 'connection'] as const,
        default: 'credential' as const,
        describe: 'What calls of one run have in common, where no Interlock-Session names it',
      })
      .option('strict', {
        type: 'boolean',
        default: false,
        describe: 'Refuse what changes something and cannot be written down, instead of telling of the gap',
      })
      .option('drain', {
        type: 'number',
        default: 10_000,
        describe: 'On SIGTERM: how long calls under way may take (ms)',
      })
      .option('tls-cert', { type: 'string', describe: 'A certificate and its chain (PEM): agents come by https' })
      .option('tls-key', { type: 'string', describe: 'The key of --tls-cert (PEM)' })
      .option('plaintext', {
        type: 'boolean',
        default: false,
        describe: 'Listen beyond loopback without TLS: a proxy in front speaks it',
      })
      .option('file-bytes', { type: 'number', hidden: true })
      .example('$0 record --upstream payments=https://api.stripe.com -o recordings', '')
      .example(
        '$0 import recordings -p interlock.yaml -o imported',
        'decides what was recorded under a policy',
      ) as never,
  handler: async ({ upstream, listen, inside, out, host, port, sessionBy, strict, drain, plaintext, ...rest }) => {
    if (!Number.isInteger(port) || port < 0 || port > 65_535) {
      throw new CommandFailed('Failed to read --port: write a port from 0 (any free one) to 65535.');
    }
    if (!Number.isInteger(drain) || drain < 0) {
      throw new CommandFailed('Failed to read --drain: write milliseconds from 0 (cut at once).');
    }
    const tls = readTls(rest, Date.now());
    refusePlaintext(host, tls, plaintext);
    const upstreams = recordedUpstreams(upstream, listen, inside);
    const before = previousRecording(out, disk);
    const recorder = await openRecorder({
      dir: out,
      upstreams,
      host,
      port,
      tls,
      sessionBy,
      strict,
      ...(before !== undefined && { startsAt: before.lastAt }),
      ...(rest.fileBytes !== undefined && { fileBytesMax: rest.fileBytes }),
      onGap: (gap) => console.error(gapWords(gap, strict)),
      onFault: faultLines(onStderr, Date.now),
    }).catch((error: unknown) => {
      const message = error instanceof Error ? error.message.replace('the journal', 'the recording') : String(error);
      throw new CommandFailed(message.startsWith('Failed') ? message : `Failed to record into \`${out}\`: ${message}.`);
    });
    console.error(WARNING);
    for (const line of left(before)) console.error(line);
    const end = ended();
    const urls = Object.fromEntries(recorder.urls);
    console.log(JSON.stringify({ event: 'listening', recorder: recorder.url, upstreams: urls, out }));
    const signal = await end;
    console.error(`${signal}: taking no more requests, finishing those under way; once more cuts them off`);
    void ended().then(() => recorder.cut());
    await recorder.close(drain);
    console.log(JSON.stringify({ event: 'closed', calls: recorder.calls(), out }));
    process.exit();
  },
};

/** What the recorder before left open. */
function left(before: Previous | undefined): readonly string[] {
  if (before === undefined) return [];
  const { file, unanswered, torn } = before;
  return [
    ...(unanswered === 0
      ? []
      : [
          `${file}: ${unanswered === 1 ? '1 call has' : `${unanswered} calls have`} no answer. Nobody knows how ${unanswered === 1 ? 'it' : 'they'} ended; an import says so of each.`,
        ]),
    ...(torn ? [`${file} ends within a line, which nobody was told is safe. An import lists it.`] : []),
  ];
}

function gapWords(gap: GapLine['gap'] | 'over', strict: boolean): string {
  if (gap === 'over') return 'The recording goes on; its next file tells of the gap.';
  const what = strict ? 'What changes something is refused' : 'Calls pass on unrecorded';
  return `The recording has a gap (${gap.why}). ${what} until there is room again; the gap is counted.`;
}

function ended(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  });
}

/** A recorder has no log of its own: its faults are told as they are. */
const onStderr: Parameters<typeof faultLines>[0] = {
  fault: (error) => console.error(error instanceof Error ? (error.stack ?? error.message) : String(error)),
  line: (_level, words) => console.error(words),
};
