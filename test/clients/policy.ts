import type { Client } from './client.ts';

const EFFECTS = {
  GET: 'read',
  HEAD: 'read',
  POST: 'write',
  PUT: 'write',
  PATCH: 'write',
  DELETE: 'destructive',
} as const;
const BODIED = ['POST', 'PUT', 'PATCH'];
const UPLOADS =
  'multipart/form-data, multipart/related, application/octet-stream, application/pdf, text/plain, image/*';
const BODY = `{ json: [application/vnd.api+json], lists: true, opaque: [${UPLOADS}] }`;
/** The longest path that a client here calls. */
const SEGMENTS_MAX = 6;

/** A policy under which one agent may call anything of every client's business: what is refused is refused for its form. */
export function policyFor(
  clients: readonly { readonly client: Client; readonly id: string; readonly origin: string }[],
): string {
  const upstreams = clients.map(
    ({ client, id, origin }) =>
      `  ${id}: { url: "${origin}", credential: { env: UPSTREAM_KEY, as: bearer }, network: loopback${client.ownPort === true ? ', port: 0' : ''} }`,
  );
  const routes = clients.flatMap(({ id }) => routesOf(id));
  return `
version: 1
promotion: none
upstreams:
${upstreams.join('\n')}
routes:
${routes.map(({ name, text }) => `  ${name}: ${text}`).join('\n')}
agents:
  tester:
    stage: production
    allow: [${routes.map(({ name }) => name).join(', ')}]
`;
}

function routesOf(upstream: string): { readonly name: string; readonly text: string }[] {
  return Object.entries(EFFECTS).flatMap(([method, effect]) =>
    Array.from({ length: SEGMENTS_MAX * 2 }, (_, index) => {
      const segments = Math.floor(index / 2) + 1;
      const path = Array.from({ length: segments }, (__, at) => `/{s${at}}`).join('') + (index % 2 === 0 ? '' : '/');
      const name = `${upstream}_${method.toLowerCase()}_${segments}${index % 2 === 0 ? '' : '_slash'}`;
      const more = BODIED.includes(method) ? `, body: ${BODY}` : '';
      return { name, text: `{ match: "${method} ${path}", upstream: ${upstream}, effect: ${effect}${more} }` };
    }),
  );
}
