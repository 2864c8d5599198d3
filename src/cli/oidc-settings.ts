import type { OidcSettings } from '../control/access/oidc.ts';
import { ROLES, type Role } from '../control/contract/roles.ts';
import { placeOfHost } from '../policy/index.ts';
import { CommandFailed } from './failure.ts';

/** What `serve` is told of the identity provider. */
export interface OidcFlags {
  readonly oidcIssuer?: string | undefined;
  readonly oidcClient?: string | undefined;
  readonly oidcScope: readonly string[];
  readonly oidcClaim: string;
  readonly oidcRole: readonly string[];
}

/** In the environment, and in no file and no argument: the client's secret. */
export const OIDC_SECRET = 'INTERLOCK_OIDC_SECRET';

export const oidcOptions = {
  'oidc-issuer': {
    type: 'string',
    describe: `People sign in with this OpenID provider (its issuer URL); the client’s secret stands in ${OIDC_SECRET}`,
  },
  'oidc-client': { type: 'string', describe: 'The client id that the provider has given the control room' },
  'oidc-scope': { type: 'string', array: true, default: [], describe: 'Asked for beside openid' },
  'oidc-claim': { type: 'string', default: 'groups', describe: 'The claim of the ID token that --oidc-role goes by' },
  'oidc-role': {
    type: 'string',
    array: true,
    default: [],
    describe:
      'Who has this value in the claim comes in with this role: sre=approver; others only if they are on record',
  },
} as const;

/** `null`: nobody vouches for people, and they sign in with tokens. */
export function oidcSettings(flags: OidcFlags, env: NodeJS.ProcessEnv): OidcSettings | null {
  const { oidcIssuer: issuer, oidcClient: clientId, oidcScope: scopes, oidcClaim: claim, oidcRole: given } = flags;
  if (issuer === undefined || clientId === undefined) {
    if (issuer === undefined && clientId === undefined && given.length === 0) return null;
    throw new CommandFailed(
      'Failed to read --oidc-…: a provider is named by --oidc-issuer URL and --oidc-client ID together.',
    );
  }
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined;
  const isLocal = url !== undefined && placeOfHost(url.hostname) === 'loopback';
  if (url === undefined || (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLocal))) {
    throw new CommandFailed(
      `Failed to read --oidc-issuer \`${issuer}\`: write its https URL, as it stands in the provider's ID tokens.`,
    );
  }
  const of = new Map<string, readonly Role[]>();
  for (const each of given) {
    const at = each.lastIndexOf('=');
    const role = ROLES.find((one) => one === each.slice(at + 1));
    if (at < 1 || role === undefined) {
      throw new CommandFailed(`Failed to read --oidc-role \`${each}\`: write VALUE=ROLE, of ${ROLES.join(', ')}.`);
    }
    of.set(each.slice(0, at), [...(of.get(each.slice(0, at)) ?? []), role]);
  }
  const clientSecret = env[OIDC_SECRET];
  // Nobody who looks at this process later finds it there.
  delete env[OIDC_SECRET];
  return { issuer: url, clientId, clientSecret, scopes, roles: of.size === 0 ? null : { claim, of } };
}
