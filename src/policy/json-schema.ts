import { z } from 'zod';
import type { Json } from '../std/canonical-json.ts';
import { AuthoredPolicySchema, GroupName } from './schema/sugar.ts';

/** Where the published schema is found; editors read it from a policy's `# yaml-language-server: $schema=` line. */
const SCHEMA_ID = 'https://unpkg.com/agent-interlock/dist/policy.schema.json';

type Node = Readonly<Record<string, Json>>;

/**
 * The policy format as JSON Schema (draft 2020-12), for editors: as its author may write it, groups, templates and
 * includes not yet expanded. Keys with a default are optional, as in the file; so is what could be inherited or included.
 * It knows each value's form, not what they mean together: that is `interlock check`.
 */
export function policyJsonSchema(): Json {
  const schema = z.toJSONSchema(AuthoredPolicySchema, { target: 'draft-2020-12', io: 'input' });
  const { properties, ...rest } = JSON.parse(JSON.stringify(schema)) as { properties: Node };
  const ruled = Object.entries(properties).filter(([key]) => key !== 'upstreams' && key !== 'routes');
  const sections = { ...properties, ...(withGroups(Object.fromEntries(ruled)) as Node) };
  return { ...rest, properties: sections, $id: SCHEMA_ID };
}

/** The same schema in which everything that names a route may name a group instead. */
function withGroups(node: Json): Json {
  if (Array.isArray(node)) return node.map(withGroups);
  if (node === null || typeof node !== 'object') return node;
  const inner = Object.fromEntries(Object.entries(node).map(([key, member]) => [key, withGroups(member)]));
  const properties = inner.properties as Node | undefined;
  if (properties?.route === undefined) return inner;
  const { $schema: _schema, ...group } = z.toJSONSchema(GroupName, { target: 'draft-2020-12', io: 'input' });
  const { route: _route, ...others } = properties;
  const required = (inner.required ?? []) as readonly string[];
  if (!required.includes('route')) return { ...inner, properties: { ...properties, group: group as Json } };
  const instead = required.map((key) => (key === 'route' ? 'group' : key));
  const described = inner.description === undefined ? {} : { description: inner.description };
  return {
    ...described,
    anyOf: [inner, { ...inner, properties: { group: group as Json, ...others }, required: instead }],
  };
}
