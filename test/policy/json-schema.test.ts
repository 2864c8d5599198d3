import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Json } from '../../src/std/canonical-json.ts';
import { policyJsonSchema } from '../../src/policy/index.ts';

const FIXTURES = path.resolve(import.meta.dirname, '../fixtures/policies');
const schema = policyJsonSchema() as Record<string, Json>;
const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);
const read = (file: string): unknown => parse(readFileSync(path.join(FIXTURES, file), 'utf8'));

describe('the published JSON Schema', () => {
  test.each(readdirSync(path.join(FIXTURES, 'valid')))('accepts valid/%s', (file) => {
    validate(read(`valid/${file}`));
    expect(validate.errors).toBeNull();
  });

  test.each([
    'unknown-key',
    'missing-version',
    'stage-misspelt',
    'rate-per-number',
    'trigger-of-no-kind',
    'credential-that-is-the-key',
    'agent-with-a-dot',
    'budget-with-currency-first',
  ])('refuses %s', (name) => {
    expect(validate(read(`${name}.yaml`))).toBe(false);
  });

  test('describes every option, with an example', () => {
    const bare: string[] = [];
    const visit = (node: Json, at: string): void => {
      if (typeof node !== 'object' || node === null || Array.isArray(node)) return;
      const { properties, ...rest } = node as Record<string, Json>;
      for (const [key, option] of Object.entries((properties ?? {}) as Record<string, Record<string, Json>>)) {
        const described = 'description' in option || 'description' in ((option.items ?? {}) as object);
        const shown =
          'examples' in option ||
          'default' in option ||
          /"(properties|additionalProperties)"/.test(JSON.stringify(option));
        if (!described || !shown) bare.push(`${at}.${key}`);
        visit(option, `${at}.${key}`);
      }
      for (const [key, inner] of Object.entries(rest)) {
        for (const one of Array.isArray(inner) ? inner : [inner]) visit(one as Json, `${at}/${key}`);
      }
    };
    visit(schema, '');
    expect(bare).toEqual([]);
  });
});
