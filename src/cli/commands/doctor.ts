import type { CommandModule } from 'yargs';
import { isOfMocks } from '../../journal/index.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import { asking } from '../approve/asking.ts';
import { readControlFile } from '../control-file.ts';
import { lookAtDesk, type Place } from '../desk.ts';
import { exitCode, fail, ok, warn, type Finding } from '../doctor/check.ts';
import { clockFindings } from '../doctor/clock.ts';
import { diskFindings } from '../doctor/disk.ts';
import { doorFindings } from '../doctor/door.ts';
import { drill, drillTarget } from '../doctor/drill.ts';
import { fileFindings, readableFindings } from '../doctor/files.ts';
import { journalFindings } from '../doctor/journal.ts';
import { keyFindings } from '../doctor/key.ts';
import { doorFinding, ownKeys, pastTheDoor } from '../doctor/network.ts';
import { findingsText } from '../doctor/text.ts';
import { keylessFindings, upstreamFindings } from '../doctor/upstreams.ts';
import { CommandFailed } from '../failure.ts';
import { byOption, dataOption, jsonOption, policyOption } from '../options.ts';
import { policyFrom } from '../policy-file.ts';
import { testedChannels } from '../tested-channels.ts';
import { paintFor, widthOf } from '../terminal/paint.ts';
import { demandJournal } from './audit/journal-there.ts';

interface DoctorArguments extends Place {
  readonly touchUpstream: boolean;
  readonly page: boolean;
  readonly drill: string | undefined;
  readonly asAgent: boolean;
  readonly door: string | undefined;
  readonly yes: boolean;
  readonly by: string;
  readonly json: boolean;
}

/** `interlock doctor` */
export const doctor: CommandModule<object, DoctorArguments> = {
  command: 'doctor',
  describe: 'Look at a deployment: who has the key, clock, disk, permissions, TLS, paging, and a kill drill',
  builder: (yargs) =>
    yargs
      .option('touch-upstream', {
        type: 'boolean',
        default: false,
        describe: 'Also ask each upstream for something without a key: it must refuse',
      })
      .option('page', { type: 'boolean', default: false, describe: 'Also send a test page to every channel' })
      .option('drill', {
        type: 'string',
        describe:
          'Also kill this agent while it calls, measure how long that takes, and resume it; it must be in sandbox',
      })
      .option('as-agent', {
        type: 'boolean',
        default: false,
        describe: 'From where an agent runs: what it can reach and read past the door, and nothing else',
      })
      .option('door', { type: 'string', describe: 'With --as-agent: the URL by which it reaches the door' })
      .option('yes', { alias: 'y', type: 'boolean', default: false, describe: 'Drill without asking' })
      .option('by', byOption)
      .option('policy', policyOption)
      .option('data', dataOption)
      .option('json', jsonOption) as never,
  handler: async (given) => {
    const findings = given.asAgent ? await asAgent(given) : await asOperator(given);
    if (given.json) console.log(JSON.stringify({ findings }, null, 2));
    else console.log(findingsText(findings, paintFor(process.stdout, process.env), widthOf(process.stdout)));
    process.exitCode = exitCode(findings);
  },
};

async function asAgent({ policy: file, data, door }: DoctorArguments): Promise<readonly Finding[]> {
  const policy = await policyFrom(file);
  return [
    ...ownKeys(policy, process.env),
    ...readableFindings(data),
    ...(await pastTheDoor(policy)),
    await doorFinding(door),
  ];
}

async function asOperator(given: DoctorArguments): Promise<readonly Finding[]> {
  const { data, drill: drilled, by } = given;
  const where = { policy: given.policy, data };
  demandJournal(data);
  const policy = await policyFrom(given.policy);
  const look = await lookAtDesk(where, (desk) => desk.overview());
  const control = readControlFile(data);
  if (drilled !== undefined) {
    drillTarget(policy, look, drilled);
    await agreed(given, drilled, policy);
  }
  const wall = Date.now();
  const { findings: ofJournal, lastAt } = journalFindings(data, policy, wall);
  const running = look.startedAt === null ? undefined : Date.parse(look.at);
  const mocked = isOfMocks(data) === true;
  return [
    policyFinding(policy, look.policy.digest, look.startedAt !== null),
    ...(await doorFindings(control, look, wall)),
    ...keyFindings(policy, process.env, control?.pid),
    ...fileFindings(data, policy),
    ...(await clockFindings(running, lastAt, wall)),
    ...diskFindings(data),
    ...ofJournal,
    ...(mocked ? [] : await upstreamFindings(policy, wall)),
    ...(given.touchUpstream ? await keylessFindings(policy) : []),
    ...(given.page ? await pageFindings(policy) : channelsFinding(policy)),
    ...(drilled === undefined ? [] : [await drill(where, policy, look, drilled, by)]),
  ];
}

function policyFinding({ warnings, file, digest }: LoadedPolicy, running: string, isRunning: boolean): Finding {
  const id = 'policy.loads';
  if (isRunning && digest !== running) {
    return warn(
      id,
      `\`${file}\` is not what the door goes by: ${digest.slice(0, 12)} there, ${running.slice(0, 12)} in force.`,
      'load it, or take the change back',
    );
  }
  const [first] = warnings;
  if (first === undefined) return ok(id, `\`${file}\` loads, digest ${digest.slice(0, 12)}.`);
  return warn(
    id,
    `\`${file}\` loads with ${warnings.length} warnings, the first: ${first.message}`,
    `interlock check --policy ${file}`,
  );
}

function channelsFinding({ notify }: LoadedPolicy): readonly Finding[] {
  const id = 'page.channels';
  if (notify.length === 0)
    return [warn(id, 'Nobody is told when an agent is stopped.', 'write `notify:` (docs/paging.md)')];
  return [
    ok(id, `Told of what happens: ${notify.map(({ name }) => name).join(', ')}. Whether it reaches them: --page.`),
  ];
}

async function pageFindings(policy: LoadedPolicy): Promise<readonly Finding[]> {
  if (policy.notify.length === 0) return channelsFinding(policy);
  return (await testedChannels(policy, process.env)).map(({ channel, delivery }) => {
    const id = `page.${channel}`;
    if (delivery.kind === 'sent')
      return ok(id, `A test page went to ${channel} and was answered ${delivery.status}: see that somebody got it.`);
    return fail(
      id,
      `A test page did not get to ${channel}: ${delivery.detail}.`,
      'see docs/paging.md; the channel’s secret must be in this shell for the test',
    );
  });
}

/** A drill stops an agent for a second and may wake people: somebody says yes to that. */
async function agreed({ yes, json }: DoctorArguments, agent: string, { notify }: LoadedPolicy): Promise<void> {
  if (yes) return;
  const paged = notify.length === 0 ? '' : ` ${notify.map(({ name }) => name).join(', ')} will be told of the kill.`;
  if (json || !process.stdin.isTTY) {
    throw new CommandFailed(
      `Failed to drill \`${agent}\`: it is killed and resumed for it.${paged} Say that you mean it: --yes.`,
    );
  }
  const said = await asking((ask) => ask(`${agent} is killed while it calls, and resumed.${paged} Go on? [y/N] `));
  if (!/^y(?:es)?$/i.test((said ?? '').trim())) throw new CommandFailed('Nothing was drilled.');
}
