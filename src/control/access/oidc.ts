import * as client from 'openid-client';
import { placeOfHost } from '../../policy/index.ts';
import type { Role } from '../contract/roles.ts';

/** How long the identity provider may take to answer us: somebody waits in front of a blank page. */
export const PROVIDER_TIMEOUT_MS = 5_000;

/** Who vouches for people, and what of it counts here. */
export interface OidcSettings {
  readonly issuer: URL;
  readonly clientId: string;
  /** `undefined`: a public client, which proves itself by PKCE alone. */
  readonly clientSecret: string | undefined;
  /** Asked for beside `openid`. */
  readonly scopes: readonly string[];
  /** Which values of a claim of the ID token give which roles; `null`: only people on record come in. */
  readonly roles: { readonly claim: string; readonly of: ReadonlyMap<string, readonly Role[]> } | null;
}

/** What the browser brings back unchanged, sealed, while it is at the provider. */
export interface Errand {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** Where they wanted to go. */
  readonly next: string;
}

/** For whom the provider vouches. */
export interface Vouched {
  /** Never given to anybody else, and never changed; an e-mail address is either. */
  readonly subject: string;
  /** By the provider's claims. */
  readonly roles: readonly Role[];
}

/** An OpenID provider: authorization code with PKCE, state and nonce. */
export class IdentityProvider {
  readonly #settings: OidcSettings;
  #found: Promise<client.Configuration> | undefined;

  constructor(settings: OidcSettings) {
    this.#settings = settings;
  }

  /** Where to send somebody, and what they must come back with. */
  async begin(redirectUri: string, next: string): Promise<{ readonly url: URL; readonly errand: Errand }> {
    const provider = await this.#provider();
    const errand: Errand = {
      state: client.randomState(),
      nonce: client.randomNonce(),
      verifier: client.randomPKCECodeVerifier(),
      next,
    };
    const url = client.buildAuthorizationUrl(provider, {
      redirect_uri: redirectUri,
      scope: ['openid', ...this.#settings.scopes].join(' '),
      response_type: 'code',
      state: errand.state,
      nonce: errand.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(errand.verifier),
      code_challenge_method: 'S256',
    });
    return { url, errand };
  }

  /**
   * For whom the answer vouches that somebody came back with. Rejects where it is none: another state, issuer, audience, nonce
   * or signature, an answer that was used before, a provider that cannot be reached.
   */
  async finish(answer: URL, { state, nonce, verifier }: Errand): Promise<Vouched> {
    const tokens = await client.authorizationCodeGrant(await this.#provider(), answer, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (claims === undefined) throw new Error('the provider gave no ID token');
    return { subject: claims.sub, roles: this.#rolesIn(claims) };
  }

  /** Found anew where it could not be: a provider that is down at the start need not be down for good. */
  #provider(): Promise<client.Configuration> {
    this.#found ??= this.#discover().catch((error: unknown) => {
      this.#found = undefined;
      throw error;
    });
    return this.#found;
  }

  #discover(): Promise<client.Configuration> {
    const { issuer, clientId, clientSecret } = this.#settings;
    const isLocal = placeOfHost(issuer.hostname) === 'loopback';
    return client.discovery(
      issuer,
      clientId,
      clientSecret === undefined ? {} : { client_secret: clientSecret },
      clientSecret === undefined ? client.None() : client.ClientSecretBasic(clientSecret),
      {
        timeout: PROVIDER_TIMEOUT_MS / 1_000,
        // A provider on this very machine, which the settings take by http alone.
        ...(isLocal && issuer.protocol === 'http:' && { execute: [client.allowInsecureRequests] }),
      },
    );
  }

  #rolesIn(claims: Readonly<Record<string, unknown>>): readonly Role[] {
    const { roles } = this.#settings;
    if (roles === null) return [];
    const given = Object.hasOwn(claims, roles.claim) ? claims[roles.claim] : undefined;
    const values = Array.isArray(given) ? given : [given];
    return [...new Set(values.flatMap((value) => (typeof value === 'string' ? (roles.of.get(value) ?? []) : [])))];
  }
}
