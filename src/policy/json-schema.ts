import { z } from 'zod';
import type { Json } from '../std/canonical-json.ts';
import { PolicySchema } from './schema.ts';

/** Where the published schema is found; editors read it from a policy's `# yaml-language-server: $schema=` line. */
const SCHEMA_ID = 'https://unpkg.com/agent-interlock/dist/policy.schema.json';

/**
 * The policy format as JSON Schema (draft 2020-12), for editors. Keys with a default are optional, as in the file.
 * It knows each value's form, not what they mean together: that is `interlock check`.
 */
export function policyJsonSchema(): Json {
  const schema = z.toJSONSchema(PolicySchema, { target: 'draft-2020-12', io: 'input' });
  return { ...(JSON.parse(JSON.stringify(schema)) as Record<string, Json>), $id: SCHEMA_ID };
}
