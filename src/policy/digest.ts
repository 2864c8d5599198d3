import { createHash } from 'node:crypto';
import { canonicalJson, type Json } from '../std/canonical-json.ts';
import type { PolicyFile } from './schema.ts';
import { statedDigest } from './schema/identity.ts';

/**
 * SHA-256 (hex) of the canonical JSON of the plain policy that the author's files stand for. So moving a rule into a
 * template, routes into a group or a section into another file changes the digest only where it changes what the policy
 * says, the order of an agent's rules included. Documents count by their own digests; a policy without any has the
 * digest of its content alone.
 */
export function digestOf(data: Json, documents: Readonly<Record<string, string>>): string {
  const content = Object.keys(documents).length === 0 ? data : [data, documents];
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}

/** What says who may be told, who an agent is and what it must show, but not what a call is judged by. */
const NO_RULES: ReadonlySet<string> = new Set(['promotion', 'notify', 'checkpoints']);

/**
 * The digest of the rules alone, whoever the agents are and whatever a promotion asks. The stage stays in: what a probe or
 * a scenario showed of an agent whose writes are held back says nothing of one whose writes are sent.
 */
export function rulesDigestOf(data: Json, policy: PolicyFile, documents: Readonly<Record<string, string>>): string {
  const rules = Object.entries(data as Readonly<Record<string, Json>>).filter(([key]) => !NO_RULES.has(key));
  const plain = Object.fromEntries(rules.map(([key, part]) => [key, key === 'agents' ? nameless(part) : part]));
  const judging = judgingDocuments(policy);
  const prompts = new Set(
    Object.values(policy.agents).flatMap(({ identity }) => {
      const prompt = identity?.prompt;
      return prompt === undefined || statedDigest(prompt) !== undefined || judging.has(prompt) ? [] : [prompt];
    }),
  );
  return digestOf(plain, Object.fromEntries(Object.entries(documents).filter(([path]) => !prompts.has(path))));
}

/** A prompt may be one of these too, in which case it counts. */
function judgingDocuments({ upstreams, shadow }: PolicyFile): ReadonlySet<string> {
  const named = [...Object.values(upstreams).map(({ openapi }) => openapi), shadow?.templates];
  return new Set(named.filter((path) => path !== undefined));
}

function nameless(agents: Json): Json {
  return Object.fromEntries(
    Object.entries(agents as Readonly<Record<string, Readonly<Record<string, Json>>>>).map(([id, agent]) => {
      const { identity: _identity, ...rules } = agent;
      return [id, rules];
    }),
  );
}
