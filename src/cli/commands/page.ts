import type { CommandModule } from 'yargs';
import type { Delivery } from '../../notify/index.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import { CommandFailed } from '../failure.ts';
import { jsonOption, policyOption } from '../options.ts';
import { policyFrom } from '../policy-file.ts';
import { testedChannels } from '../tested-channels.ts';

interface PageArguments {
  readonly policy: string;
  readonly json: boolean;
}

interface TestArguments extends PageArguments {
  readonly channel: string | undefined;
}

const test: CommandModule<PageArguments, TestArguments> = {
  command: 'test',
  describe: 'Send a test page to every channel, and show what each answered',
  builder: (yargs) =>
    yargs.option('channel', { type: 'string', describe: 'Only this one: pagerduty:PD_ROUTING_KEY, or just pagerduty' }),
  handler: async ({ policy: file, channel: named, json }) => {
    const policy = await policyFrom(file);
    const results = await testedChannels(onlyNamed(policy, named), process.env);
    for (const { channel, delivery } of results) {
      console.log(json ? JSON.stringify({ channel, ...delivery }) : `${channel}: ${told(delivery)}`);
    }
    if (results.some(({ delivery }) => delivery.kind !== 'sent')) process.exitCode = 1;
  },
};

/** `interlock page test` */
export const page: CommandModule<object, PageArguments> = {
  command: 'page',
  describe: 'Try out who is told when an agent is stopped',
  builder: (yargs) =>
    yargs.option('policy', policyOption).option('json', jsonOption).command(test).demandCommand(1, 'Name one of test.'),
  handler: () => undefined,
};

/** A test of no channel must not pass. */
function onlyNamed(policy: LoadedPolicy, named: string | undefined): LoadedPolicy {
  const notify = policy.notify.filter(({ name, kind }) => named === undefined || named === name || named === kind);
  if (notify.length > 0) return { ...policy, notify };
  const names = policy.notify.map(({ name }) => name).join(', ');
  throw new CommandFailed(
    names === ''
      ? `Failed to send a test page: \`${policy.file}\` names no channel. Write one under \`notify:\`.`
      : `Failed to send a test page: no channel \`${named}\`. The policy names ${names}.`,
  );
}

function told(delivery: Delivery): string {
  return delivery.kind === 'sent' ? `sent, answered ${delivery.status}` : `failed, ${delivery.detail}`;
}
