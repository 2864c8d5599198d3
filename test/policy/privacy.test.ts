import { describe, expect, test } from 'vitest';
import type { RouteId } from '../../src/engine/ids.ts';
import { formatProblem, loadPolicy, type LoadedPolicy, type RoutePrivacy } from '../../src/policy/index.ts';

function policyWith(route: string, rules = '', more = ''): LoadedPolicy {
  const loaded = loadPolicy(
    `
version: 1
upstreams:
  crm: { url: "https://api.crm.example", credential: { env: CRM_KEY, as: bearer } }
routes:
  one: { match: "POST /v1/customers/{id}/letters", upstream: crm, effect: write, ${route} }
  look: { match: "GET /v1/customers/{id}", upstream: crm, effect: read${more} }
agents:
  clerk:
    stage: production
    allow: [one, look]
${rules.replaceAll(/^/gm, '    ')}
`,
    'p.yaml',
  );
  if (loaded.ok) return loaded.value;
  throw new Error(loaded.failure.map((problem) => formatProblem('p.yaml', problem)).join('\n'));
}

const planOf = ({ privacy }: LoadedPolicy, id = 'one'): RoutePrivacy | undefined => privacy.routes.get(id as RouteId);

describe('what of a route is personal data', () => {
  test('nothing, unless the policy says so: then nothing is sealed and nothing is paid', () => {
    const { privacy } = policyWith('subject: "letter:{id}"');
    expect([privacy.routes.size, privacy.upstreams.size, privacy.values]).toEqual([0, 0, false]);
  });

  test('`true` is body, query and answer, and neither subject nor path nor header', () => {
    const plan = planOf(policyWith('pii: true, subject: "letter:{body.email}"'));
    expect(plan).toMatchObject({ body: 'all', query: 'all', answer: 'all', segments: new Set(), headers: new Set() });
    expect(plan?.pseudonyms.subject).toEqual([]);
  });

  test('a list is these fields, and the subject where one of them is in it', () => {
    const plan = planOf(
      policyWith(
        'pii: [body.email, query.q, answer.a.*.b, id, header.X-Name], subject: "letter:{body.email}/{body.number}"',
      ),
    );
    expect(plan).toMatchObject({ body: [['email']], query: [['q']], answer: [['a', '*', 'b']] });
    expect([plan?.segments, plan?.headers]).toEqual([new Set([2]), new Set(['x-name'])]);
    expect(plan?.pseudonyms.subject).toEqual([{ kind: 'body', path: ['email'] }]);
  });

  test('what provenance compares is, as soon as any of it is: in answers that only vouch, too', () => {
    const rule = 'provenance: [{ route: one, field: body.to, from: [{ route: look, field: body.email }] }]';
    expect(policyWith('subject: "letter:{id}"', rule).privacy.values).toBe(false);
    const by = [
      policyWith('pii: [body.to]', rule),
      policyWith('subject: "letter:{id}"', rule, ', pii: [answer.email]'),
    ];
    for (const policy of by) {
      expect(policy.privacy.values).toBe(true);
      expect(planOf(policy)?.pseudonyms.values).toEqual([{ kind: 'body', path: ['to'] }]);
      expect(planOf(policy, 'look')).toBeDefined();
    }
  });

  test('a segment by personal data goes by pseudonyms', () => {
    const plan = planOf(policyWith('pii: [body.to]', 'segment: [{ route: one, by: body.to, share: 5% }]'));
    expect(plan?.pseudonyms.segment).toEqual([{ kind: 'body', path: ['to'] }]);
  });
});

test('a subject made of personal data is accepted, and warned of: it outlives an erasure', () => {
  const warned = (policy: LoadedPolicy): boolean =>
    policy.warnings.some(({ message }) => message.includes('can test a guess'));
  expect(warned(policyWith('pii: [body.email], subject: "letter:{body.email}"'))).toBe(true);
  expect(warned(policyWith('pii: [body.email], subject: "letter:{id}"'))).toBe(false);
  expect(warned(policyWith('pii: true, subject: "letter:{id}"'))).toBe(false);
});
