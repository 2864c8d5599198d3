import type { AgentId } from '../../engine/ids.ts';
import { identityOf, type LoadedPolicy } from '../../policy/index.ts';
import { canonicalJson, type Json } from '../../std/canonical-json.ts';

/** Whether evidence under one policy is evidence under another: the same agent, under the same rules. */
export function countsFor(recorded: LoadedPolicy, policy: LoadedPolicy, agent: AgentId): boolean {
  return (
    recorded.rulesDigest === policy.rulesDigest &&
    identityOf(recorded, agent).digest === identityOf(policy, agent).digest
  );
}

/** What is another in one of two policies, in words: `the model changed`. `undefined`: nothing that matters. */
export function changeBetween(before: LoadedPolicy, after: LoadedPolicy, agent: AgentId): string | undefined {
  const parts = [...identityChanges(before, after, agent), ...rulesChanges(before, after)];
  if (parts.length === 0) return undefined;
  const [last, ...rest] = parts.toReversed();
  return rest.length === 0 ? last : `${rest.toReversed().join(', ')} and ${last}`;
}

const SAID = { version: 'the version', model: 'the model', prompt: 'the prompt' } as const;

function identityChanges(before: LoadedPolicy, after: LoadedPolicy, agent: AgentId): readonly string[] {
  const [one, other] = [identityOf(before, agent), identityOf(after, agent)];
  return Object.entries(SAID).flatMap(([name, words]) => {
    const [was, is] = [one[name as keyof typeof SAID], other[name as keyof typeof SAID]];
    return was === is ? [] : [`${words} changed`];
  });
}

function rulesChanges(before: LoadedPolicy, after: LoadedPolicy): readonly string[] {
  if (before.rulesDigest === after.rulesDigest) return [];
  const prompts = new Set([...promptsOf(before), ...promptsOf(after)]);
  const paths = new Set([...Object.keys(before.documents), ...Object.keys(after.documents)]);
  const documents = [...paths]
    .filter((path) => before.documents[path] !== after.documents[path] && !prompts.has(path))
    .map((path) => `the document \`${path}\` changed`);
  const rules = placesBetween(rulesIn(before.plain), rulesIn(after.plain)).map((place) => `\`${place}\` changed`);
  const told = [...rules.slice(0, PLACES_TOLD), ...documents];
  // A file that is a prompt and an OpenAPI document at once, say: that it changed is certain, and where is not.
  return told.length === 0 ? ['a rule changed'] : told;
}

/** Enough to recognise the change by. */
const PLACES_TOLD = 3;
/** `agents.refunds-bot.rates` */
const DEPTH = 3;

type Members = Readonly<Record<string, Json>>;

const isObject = (value: Json | undefined): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function promptsOf({ plain }: LoadedPolicy): readonly string[] {
  const { agents } = plain as { readonly agents?: Json };
  return Object.values(isObject(agents) ? agents : {}).flatMap((one) => {
    const identity = isObject(one) ? one['identity'] : undefined;
    const prompt = isObject(identity) ? identity['prompt'] : undefined;
    return typeof prompt === 'string' ? [prompt] : [];
  });
}

/** The sections that are no rules are left out; so is who an agent is. */
function rulesIn(plain: Json): Members {
  const { promotion: _promotion, notify: _notify, checkpoints: _checkpoints, ...rest } = plain as Members;
  const { agents } = rest;
  if (!isObject(agents)) return rest;
  const nameless = Object.entries(agents).map(([id, one]) => {
    if (!isObject(one)) return [id, one] as const;
    const { identity: _identity, ...rules } = one;
    return [id, rules] as const;
  });
  return { ...rest, agents: Object.fromEntries(nameless) };
}

function placesBetween(before: Members, after: Members, path: readonly string[] = []): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => {
    const [one, other] = [before[name], after[name]];
    const place = [...path, name];
    if (one !== undefined && other !== undefined && canonicalJson(one) === canonicalJson(other)) return [];
    if (place.length < DEPTH && isObject(one) && isObject(other)) return placesBetween(one, other, place);
    return [place.join('.')];
  });
}
