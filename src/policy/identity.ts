import { createHash } from 'node:crypto';
import { canonicalJson } from '../std/canonical-json.ts';
import { fail, ok, type Result } from '../std/result.ts';
import type { AgentId } from '../engine/ids.ts';
import type { PolicyFiles } from './files.ts';
import type { LoadedPolicy } from './policy.ts';
import type { Identity } from './promotion.ts';
import type { Report } from './report.ts';
import { statedDigest, type IdentityFile } from './schema/identity.ts';
import type { PolicyFile } from './schema.ts';

/** Who the agents of a policy say they are. */
export interface Identities {
  /** Of those that say so. */
  readonly identities: ReadonlyMap<AgentId, Identity>;
  /** SHA-256 (hex) of each prompt that was read, by its path as written: recorded with the policy. */
  readonly prompts: Readonly<Record<string, string>>;
}

/** Takes the digests of the prompts that agents name; of a recorded policy they were taken when it was. */
export function readIdentities(policy: PolicyFile, files: PolicyFiles, report: Report): Identities {
  const identities = new Map<AgentId, Identity>();
  const prompts = new Map<string, string>();
  for (const [id, { identity }] of Object.entries(policy.agents)) {
    if (identity === undefined) continue;
    const path = ['agents', id, 'identity'];
    if (Object.values(identity).every((said) => said === undefined)) {
      report.error(path, { message: 'this says nothing of who the agent is', accepted: 'version, model or prompt' });
    }
    const prompt = identity.prompt === undefined ? ok(undefined) : digestOfPrompt(identity.prompt, files);
    if (!prompt.ok) {
      report.error([...path, 'prompt'], `\`${identity.prompt}\` cannot be used: ${prompt.failure}`);
      continue;
    }
    const { prompt: written } = identity;
    if (written !== undefined && prompt.value !== undefined && statedDigest(written) === undefined)
      prompts.set(written, prompt.value);
    identities.set(id as AgentId, identityFrom(id as AgentId, identity, prompt.value));
  }
  return { identities, prompts: Object.fromEntries(prompts) };
}

/** Who an agent is, whether or not its policy says anything of it. */
export function identityOf({ identities }: Pick<LoadedPolicy, 'identities'>, agent: AgentId): Identity {
  return identities.get(agent) ?? identityFrom(agent, {}, undefined);
}

function identityFrom(agent: AgentId, { version, model }: IdentityFile, prompt: string | undefined): Identity {
  const said = {
    agent,
    ...(version !== undefined && { version }),
    ...(model !== undefined && { model }),
    ...(prompt !== undefined && { prompt }),
  };
  const digest = createHash('sha256').update(canonicalJson(said)).digest('hex');
  return { agent, version, model, prompt, digest };
}

function digestOfPrompt(written: string, { document, documents }: PolicyFiles): Result<string, string> {
  const stated = statedDigest(written);
  if (stated !== undefined) return ok(stated);
  if (document === undefined) {
    if (documents === undefined) return fail('only a policy that is read from disk has documents');
    const recorded = Object.hasOwn(documents, written) ? documents[written] : undefined;
    return recorded === undefined ? fail('its digest was not recorded with the policy') : ok(recorded);
  }
  const bytes = document(written);
  return bytes.ok ? ok(createHash('sha256').update(bytes.value).digest('hex')) : bytes;
}
