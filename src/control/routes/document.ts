import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import packageJson from '../../../package.json' with { type: 'json' };
import type { Action } from '../contract/roles.ts';
import { nameComponents } from './components.ts';
import { answers, asks, rolesOf, type ControlApp } from './operation.ts';

const DESCRIPTION = `Everything that people and their tools do to a running door, and see of it.

It listens on loopback and has a port of its own, so that no agent reaches it by the door. Every answer that reports a
change was durable before it was given. Fields that are not in this document are refused, in requests as in answers.`;

const SECURITY_SCHEMES = {
  machine: {
    type: 'http',
    scheme: 'bearer',
    description:
      'The token in `control.json` of the data directory, which its owner alone may read. It names nobody: an act must then say `by`.',
  },
} as const;

const OpenApiDocument = z
  .looseObject({ openapi: z.literal('3.1.0'), paths: z.record(z.string(), z.unknown()) })
  .meta({ id: 'OpenApiDocument' });

const route = createRoute({
  method: 'get',
  path: '/v1/openapi.json',
  operationId: 'openapi',
  tags: ['door'],
  summary: 'This document',
  ...asks('look'),
  responses: answers('OpenAPI 3.1.', OpenApiDocument),
});

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

interface Operation {
  readonly description?: string;
  readonly 'x-interlock-may'?: Action;
}

/** The whole API as data. */
export function documentOf(app: ControlApp): Readonly<Record<string, unknown>> & { readonly paths: object } {
  nameComponents();
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Interlock control API',
      version: packageJson.version,
      description: DESCRIPTION,
      license: { name: 'Apache-2.0' },
    },
    security: [{ machine: [] }],
  });
  const paths = Object.fromEntries(
    Object.entries(document.paths ?? {}).map(([path, item]) => [
      path,
      Object.fromEntries(
        Object.entries(item as Readonly<Record<string, Operation>>).map(([verb, operation]) => [
          verb,
          withRoles(operation),
        ]),
      ),
    ]),
  );
  const { schemas, responses } = document.components ?? {};
  return mended({
    ...document,
    paths,
    components: { schemas, ...(responses !== undefined && { responses }), securitySchemes: SECURITY_SCHEMES },
  } as never) as never;
}

function withRoles(operation: Operation): Operation {
  const { 'x-interlock-may': action, description } = operation;
  if (action === undefined) return operation;
  const roles = `For people who may ${action}: ${rolesOf(action)}.`;
  return { ...operation, description: description === undefined ? roles : `${description}\n\n${roles}` };
}

/** What the generator says of a component that may be null refuses null: `allOf` of both. */
function mended(value: Json): Json {
  if (Array.isArray(value)) return value.map(mended);
  if (value === null || typeof value !== 'object') return value;
  const { allOf: all } = value as { readonly [key: string]: Json };
  if (Array.isArray(all) && all.length === 2 && isNullable(all[1] as Json)) {
    const { allOf: _all, ...others } = value as { readonly [key: string]: Json };
    return { ...(mended(others) as object), anyOf: [all[0] as Json, { type: 'null' }] };
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mended(inner)]));
}

function isNullable(value: Json): boolean {
  if (value === null || typeof value !== 'object' || !('type' in value)) return false;
  return Array.isArray(value.type) && value.type.includes('null');
}

/** Serves the document of all that was added before it, itself included. */
export function documentRoute(app: ControlApp): void {
  let document: object | undefined;
  app.openapi(route, (context) => context.json((document ??= documentOf(app)), 200) as never);
}
