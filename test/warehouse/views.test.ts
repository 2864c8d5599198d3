import fs from 'node:fs';
import { expect, test } from 'vitest';
import { preamble } from '../../src/warehouse/sql/preamble.ts';

test('queries/views.sql is made of the SQL that Interlock itself uses', () => {
  if (process.env['UPDATE_DOCS'] !== undefined) fs.writeFileSync('queries/views.sql', preamble());
  expect(fs.readFileSync('queries/views.sql', 'utf8'), 'UPDATE_DOCS=1 writes it anew').toBe(preamble());
});
