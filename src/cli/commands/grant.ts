import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import Table from 'cli-table3';
import type { CommandModule } from 'yargs';
import { DURATION_FORM, parseDuration } from '../../std/duration.ts';
import { thumbprint } from '../../door/judge/possession.ts';
import { certificatesIn } from '../certificates.ts';
import { atDesk, lookAtDesk } from '../desk.ts';
import { CommandFailed } from '../failure.ts';
import { byOption, dataOption, jsonOption, policyOption } from '../options.ts';

/** As the control API takes them. */
const TASK_MAX_CHARS = 200;

interface Common {
  readonly policy: string;
  readonly data: string;
  readonly by: string;
  readonly json: boolean;
}

const create: CommandModule<Common, Common & CreateArguments> = {
  command: 'create',
  describe: 'Make a grant: one agent, one task, an expiry. The token is shown once.',
  builder: (yargs) =>
    yargs
      .option('agent', { alias: 'a', type: 'string', demandOption: true, describe: 'An agent of the policy' })
      .option('task', { alias: 't', type: 'string', demandOption: true, describe: 'What the grant is for' })
      .option('expires', { type: 'string', default: '1h', describe: `How long it lasts: ${DURATION_FORM}` })
      .option('routes', { type: 'string', array: true, describe: 'Only these of the agent’s routes' })
      .option('value', {
        type: 'string',
        array: true,
        describe: 'What the task is about, for provenance: payee=acct_1',
      })
      .option('certificate', {
        type: 'string',
        describe: 'Good with this client certificate alone: a PEM file, or its SHA-256 in base64url (x5t#S256)',
      })
      .option('parent', { type: 'string', describe: 'Narrow this grant: fewer routes, no later end' })
      .option('quiet', { alias: 'q', type: 'boolean', default: false, describe: 'Print the token alone' })
      .example('$0 grant create -a refunds-bot -t ticket-4711 --expires 30m', ''),
  handler: async ({ agent, task, expires, routes, value, certificate, parent, quiet, json, by, ...where }) => {
    const expiresMs = parseDuration(expires);
    if (expiresMs === undefined)
      throw new CommandFailed(`Failed to read --expires \`${expires}\`; write ${DURATION_FORM}.`);
    if (task === '' || task.length > TASK_MAX_CHARS)
      throw new CommandFailed(`Failed to read --task: say in 1 to ${TASK_MAX_CHARS} characters what the grant is for.`);
    const values = value === undefined ? undefined : valuesOf(value);
    const bound = certificate === undefined ? undefined : thumbprintOf(certificate);
    const narrowed = { routes: routes ?? null, values, certificate: bound, parent: parent ?? null };
    const request = { agent, task, expiresMs, ...narrowed, by };
    const { grant, token } = await atDesk(where, (desk) => desk.createGrant(request));
    const expiresAt = new Date(grant.expiresAt).toISOString();
    if (json) console.log(JSON.stringify({ grant: grant.id, token, agent, task, expiresAt }));
    else if (quiet) console.log(token);
    else
      console.log(
        `${grant.id} for ${agent}, task "${task}", until ${expiresAt}\n\n  ${token}\n\nThis token is not stored and will not be shown again.`,
      );
  },
};

/** `payee=acct_1`, repeated: what a task declares, by name. */
function valuesOf(options: readonly string[]): Readonly<Record<string, readonly string[]>> {
  const pairs = options.map((option) => {
    const at = option.indexOf('=');
    if (at < 1) throw new CommandFailed(`Failed to read --value \`${option}\`; write NAME=VALUE.`);
    return [option.slice(0, at), option.slice(at + 1)] as const;
  });
  const named = Map.groupBy(pairs, ([name]) => name);
  return Object.fromEntries([...named].map(([name, all]) => [name, all.map(([, text]) => text)]));
}

/** A thumbprint as it is, or that of the first certificate in a file. */
function thumbprintOf(certificate: string): string {
  if (/^[\w-]{43}$/.test(certificate)) return certificate;
  let pem: string;
  try {
    pem = readFileSync(certificate, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandFailed(
      `Failed to read --certificate \`${certificate}\` (${code}); name a PEM file or a thumbprint.`,
    );
  }
  const certificates = certificatesIn(pem);
  if (!certificates.ok)
    throw new CommandFailed(`Failed to read --certificate: \`${certificate}\` ${certificates.failure}.`);
  return thumbprint(new X509Certificate(certificates.value[0] as string));
}

interface CreateArguments {
  readonly agent: string;
  readonly task: string;
  readonly expires: string;
  readonly routes: string[] | undefined;
  readonly value: string[] | undefined;
  readonly certificate: string | undefined;
  readonly parent: string | undefined;
  readonly quiet: boolean;
}

const list: CommandModule<Common, Common> = {
  command: 'list',
  describe: 'Show the grants and their state; never their tokens',
  handler: async ({ json, ...where }) => {
    const grants = await lookAtDesk(where, (desk) => desk.listGrants());
    if (json) return console.log(JSON.stringify({ grants }));
    const table = new Table({
      head: ['grant', 'agent', 'task', 'routes', 'until', 'state'],
      style: { head: [], border: [] },
    });
    for (const { grant, agent, task, routes, expiresAt, state } of grants) {
      table.push([grant, agent, task, routes?.join(' ') ?? 'all of the agent’s', expiresAt, state]);
    }
    console.log(grants.length === 0 ? 'No grants yet. `interlock grant create` makes one.' : table.toString());
  },
};

const revoke: CommandModule<Common, Common & { readonly id: string }> = {
  command: 'revoke <id>',
  describe: 'End a grant and all that was narrowed from it, at once',
  builder: (yargs) => yargs.positional('id', { type: 'string', demandOption: true, describe: 'grant_…' }),
  handler: async ({ id, json, by, ...where }) => {
    const revoked = await atDesk(where, (desk) => desk.revokeGrant(id, by));
    console.log(json ? JSON.stringify(revoked) : `${revoked.grant} is revoked.`);
  },
};

/** `interlock grant create|list|revoke` */
export const grant: CommandModule<object, Common> = {
  command: 'grant',
  describe: 'Create, list and revoke grants',
  builder: (yargs) =>
    yargs
      .option('policy', policyOption)
      .option('data', dataOption)
      .option('by', byOption)
      .option('json', jsonOption)
      .command(create)
      .command(list)
      .command(revoke)
      .demandCommand(1, 'Name one of create, list, revoke.'),
  handler: () => undefined,
};
