import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import packageJson from '../../../package.json' with { type: 'json' };
import { CSRF_HEADER } from '../access/entrance.ts';
import type { Action } from '../contract/roles.ts';
import { nameComponents } from './components.ts';
import { mended } from './mended.ts';
import { answers, asks, rolesOf, type ControlApp } from './operation.ts';

const DESCRIPTION = `Everything that people and their tools do to a running door, and see of it.

People sign in at /sign-in, a form whose field token is posted from that page alone, and get a cookie; POST /sign-out ends its
session. Programs send a token with every request, and have no session.

It listens on loopback and has a port of its own, so that no agent reaches it by the door. Every answer that reports a
change was durable before it was given. Fields that are not in this document are refused, in requests as in answers.`;

const SECURITY_SCHEMES = {
  machine: {
    type: 'http',
    scheme: 'bearer',
    description:
      'The token in `control.json` of the data directory, which its owner alone may read. It names nobody: an act must then say `by`.',
  },
  person: {
    type: 'http',
    scheme: 'bearer',
    description: 'The token of a person on record, which `interlock user add` shows once.',
  },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: 'interlock-4748',
    description:
      'Of a browser whose person has signed in at `/sign-in`. It is named after the port; by https, with `__Host-` in front.',
  },
  csrf: {
    type: 'apiKey',
    in: 'header',
    name: CSRF_HEADER,
    description: 'With a cookie, whatever changes something must carry the `csrf` of `GET /v1/session` too.',
  },
} as const;

const TAGS = [
  { name: 'now', description: 'What happens, and how much of every limit is used.' },
  { name: 'agents', description: 'Stop them, let them work again, change where they stand.' },
  { name: 'holds', description: 'Calls that wait for a person.' },
  { name: 'reviews', description: 'What people think of what agents did.' },
  { name: 'history', description: 'What was, from the journal; looked up in a process beside the door.' },
  { name: 'evidence', description: 'What gates and replays said.' },
  { name: 'policy', description: 'What decides.' },
  { name: 'promotions', description: 'What a gate signed.' },
  { name: 'grants', description: 'The tokens that agents come with.' },
  { name: 'people', description: 'Who may enter, and whose data is forgotten.' },
  { name: 'door', description: 'How it is.' },
];

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

interface Operation {
  readonly description?: string;
  readonly 'x-interlock-may'?: Action;
}

const LOOKING = [{ machine: [] }, { person: [] }, { session: [] }];
const CHANGING = [{ machine: [] }, { person: [] }, { session: [], csrf: [] }];

/** The whole API as data. */
export function documentOf(app: ControlApp) {
  nameComponents();
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Interlock control API',
      version: packageJson.version,
      description: DESCRIPTION,
      license: { name: 'Apache-2.0' },
    },
    tags: TAGS,
  });
  const paths = Object.fromEntries(
    Object.entries(document.paths ?? {}).map(([path, item]) => [
      path,
      Object.fromEntries(
        Object.entries(item as Readonly<Record<string, Operation>>).map(([verb, operation]) => [
          verb,
          { ...withRoles(operation), security: verb === 'get' ? LOOKING : CHANGING },
        ]),
      ),
    ]),
  );
  const { schemas, responses } = document.components ?? {};
  return mended({
    ...document,
    paths,
    components: { schemas, ...(responses !== undefined && { responses }), securitySchemes: SECURITY_SCHEMES },
  });
}

function withRoles(operation: Operation): Operation {
  const { 'x-interlock-may': action, description } = operation;
  if (action === undefined) return operation;
  const roles = `For people who may ${action}: ${rolesOf(action)}.`;
  return { ...operation, description: description === undefined ? roles : `${description}\n\n${roles}` };
}

/** Serves the document of all that was added before it, itself included. */
export function documentRoute(app: ControlApp): void {
  let document: object | undefined;
  app.openapi(route, (context) => context.json((document ??= documentOf(app)), 200) as never);
}
