import Table from 'cli-table3';
import type { CommandModule } from 'yargs';
import { ROLES } from '../../control/contract/roles.ts';
import type { UserMade } from '../../door/operations.ts';
import { atDesk, lookAtDesk } from '../desk.ts';
import { CommandFailed } from '../failure.ts';
import { byOption, dataOption, jsonOption, policyOption } from '../options.ts';

interface Common {
  readonly policy: string;
  readonly data: string;
  readonly by: string;
  readonly json: boolean;
}

interface Named extends Common {
  readonly name: string;
}

const nameOption = { type: 'string', demandOption: true, describe: 'Who, as the journal will call them' } as const;
const quietOption = { alias: 'q', type: 'boolean', default: false, describe: 'Print the token alone' } as const;

interface AddArguments extends Named {
  readonly role: string[];
  readonly oidc: string | undefined;
  readonly quiet: boolean;
}

const add: CommandModule<Common, AddArguments> = {
  command: 'add <name>',
  describe: 'Let a person into the control room. Their token is shown once.',
  builder: (yargs) =>
    yargs
      .positional('name', nameOption)
      .option('role', {
        type: 'string',
        array: true,
        demandOption: true,
        choices: ROLES,
        describe: 'What they may do; several add up',
      })
      .option('oidc', {
        type: 'string',
        describe: 'The `sub` by which the identity provider knows them: they sign in there, and get no token',
      })
      .option('quiet', quietOption)
      .example('$0 user add ann --role approver', 'Ann may resume and approve')
      .example('$0 user add ben --role viewer --role reviewer', 'Ben looks, kills, and reviews shadow decisions'),
  handler: async ({ name, role, oidc, quiet, json, by, ...where }) => {
    const made = await atDesk(where, (desk) => desk.addUser({ name, roles: role, subject: oidc ?? null, by }));
    tell(made, { quiet, json });
  },
};

interface ChangeArguments extends Named {
  readonly role: string[] | undefined;
  readonly newToken: boolean;
  readonly quiet: boolean;
}

const change: CommandModule<Common, ChangeArguments> = {
  command: 'change <name>',
  describe: 'Change what a person may do, or their token; they sign in again',
  builder: (yargs) =>
    yargs
      .positional('name', nameOption)
      .option('role', { type: 'string', array: true, choices: ROLES, describe: 'In place of the roles they have' })
      .option('new-token', { type: 'boolean', default: false, describe: 'Another token; the one before is no good' })
      .option('quiet', quietOption)
      .example('$0 user change ann --role viewer', '') as never,
  handler: async ({ name, role, newToken, quiet, json, by, ...where }) => {
    if (role === undefined && !newToken) {
      throw new CommandFailed('Failed to change anything: say --role ROLE, --new-token, or both.');
    }
    const asked = { name, roles: role ?? null, renew: newToken, by };
    tell(await atDesk(where, (desk) => desk.changeUser(asked)), { quiet, json });
  },
};

/** The token, if one was made: here and never again. */
function tell({ user, token }: UserMade, { quiet, json }: { readonly quiet: boolean; readonly json: boolean }): void {
  if (json) return console.log(JSON.stringify({ user, token }));
  if (quiet) return console.log(token ?? '');
  const who = `${user.name} may enter as ${user.roles.join(', ')}`;
  if (token !== null) {
    const once =
      'This token is not stored and will not be shown again. Give it to nobody else: what it does is done in this name.';
    return console.log(`${who}.\n\n  ${token}\n\n${once}`);
  }
  console.log(
    user.by === 'oidc' ? `${who}, signing in with the identity provider.` : `${who}, with the token they have.`,
  );
}

const list: CommandModule<Common, Common> = {
  command: 'list',
  describe: 'Show who may enter, and as what; never their tokens',
  handler: async ({ json, ...where }) => {
    const users = await lookAtDesk(where, (desk) => desk.listUsers());
    if (json) return console.log(JSON.stringify({ users }));
    const table = new Table({
      head: ['name', 'roles', 'signs in by', 'added by', 'at'],
      style: { head: [], border: [] },
    });
    for (const { name, roles, by, addedBy, addedAt } of users)
      table.push([name, roles.join(' '), by, addedBy, addedAt]);
    console.log(
      users.length === 0 ? 'Nobody yet. `interlock user add NAME --role ROLE` lets somebody in.' : table.toString(),
    );
  },
};

const remove: CommandModule<Common, Named> = {
  command: 'remove <name>',
  describe: 'Let a person in no more: their token and their sessions end at once',
  builder: (yargs) => yargs.positional('name', nameOption),
  handler: async ({ name, json, by, ...where }) => {
    const removed = await atDesk(where, (desk) => desk.removeUser(name, by));
    console.log(json ? JSON.stringify(removed) : `${removed.user} may enter no more.`);
  },
};

/** `interlock user add|change|list|remove` */
export const user: CommandModule<object, Common> = {
  command: 'user',
  describe: 'Say who may enter the control room, and as what',
  builder: (yargs) =>
    yargs
      .option('policy', policyOption)
      .option('data', dataOption)
      .option('by', byOption)
      .option('json', jsonOption)
      .command(add)
      .command(change)
      .command(list)
      .command(remove)
      .demandCommand(1, 'Name one of add, change, list, remove.'),
  handler: () => undefined,
};
