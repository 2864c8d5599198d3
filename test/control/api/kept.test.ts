import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documentOf } from '../../../src/control/routes/document.ts';
import { refundsPolicy } from '../../cli/served.ts';
import { openRoom, type Room } from '../live/open-room.ts';
import { breaks } from './breaking.ts';
import { operationsOf, type ApiDocument } from './contract-check.ts';

const KEPT = path.join(import.meta.dirname, '../../golden/control-api.json');
/** What is no part of the API: for probes, browsers and scrapers. */
const OUTSIDE = ['/healthz', '/readyz', '/metrics', '/sign-in', '/sign-out', '/oidc/', '/*'];

let room: Room;
let document: ApiDocument;

beforeAll(async () => {
  const nowhere = new URL('http://127.0.0.1:9');
  room = await openRoom(nowhere, refundsPolicy(nowhere, ''));
  document = documentOf(room.app) as unknown as ApiDocument;
});
afterAll(() => room.close());

test('every route is documented, and every documented operation is a route', () => {
  const routes = room.app.routes
    .filter(
      ({ method, path: at }) =>
        method !== 'ALL' && !OUTSIDE.some((one) => at === one || (one.endsWith('/') && at.startsWith(one))),
    )
    .map(({ method, path: at }) => `${method.toLowerCase()} ${at.replaceAll(/:(\w+)/g, '{$1}')}`);
  const documented = operationsOf(document).map(({ verb, path: at }) => `${verb} ${at}`);
  expect([...new Set(routes)].toSorted()).toEqual(documented.toSorted());
});

test('nobody who was written against the kept document stumbles over this one; UPDATE_GOLDEN=1 keeps this one', () => {
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(KEPT, `${JSON.stringify(document, null, 1)}\n`);
  const kept = JSON.parse(readFileSync(KEPT, 'utf8')) as ApiDocument;
  expect(breaks(kept, document)).toEqual([]);
});

test('a break is one: a gone operation, field or status, a new demand, another type', () => {
  const changed = (change: (copy: Record<string, never>) => void): readonly string[] => {
    const copy = structuredClone(document) as never;
    change(copy);
    return breaks(document, copy);
  };
  type Loose = { paths: Record<string, Record<string, never>>; components: { schemas: Record<string, never> } };
  const edited = (edit: (loose: Loose) => void) => changed((copy) => edit(copy as never));
  const schema = (loose: Loose, name: string) =>
    loose.components.schemas[name] as unknown as { properties: Record<string, object>; required: string[] };
  expect(edited(({ paths }) => void delete paths['/v1/kill'])).toEqual(['post /v1/kill is gone']);
  expect(edited((loose) => void delete schema(loose, 'Stood').properties['step'])).toContain(
    'post /v1/agents/{agent}/demote: 200.step is gone',
  );
  expect(edited((loose) => void schema(loose, 'Word').required.push('by'))).toContain(
    'post /v1/kill: body.by is needed now',
  );
  expect(edited((loose) => (schema(loose, 'Killed').properties['severed'] = { type: 'integer' }))).toContain(
    'post /v1/agents/{agent}/kill: 200.severed is of another type',
  );
  // More in an answer, and less asked, is no break.
  expect(edited((loose) => (schema(loose, 'Stood').properties['more'] = { type: 'string' }))).toEqual([]);
  expect(edited((loose) => (schema(loose, 'Word').properties['more'] = { type: 'string' }))).toEqual([]);
  expect(edited((loose) => void schema(loose, 'Word').required.pop())).toEqual([]);
});
