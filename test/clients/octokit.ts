import { Octokit } from '@octokit/rest';
import { answer, gzipped, json } from './answers.ts';
import { failing, inTurn, type Client } from './client.ts';
import type { Respond } from './stand-in.ts';

const REPO = { owner: 'acme', repo: 'shop' };

/** GitHub's client. Its key travels as `Authorization: token …`. */
export const octokit: Client = {
  name: '@octokit/rest',
  respond: (request, nth) => business(request, nth),
  run: ({ url, key }) => {
    const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
    const client = new Octokit({ auth: key, baseUrl: url, log });
    const { rest } = client;
    return inTurn({
      'a repository': async () => (await rest.repos.get(REPO)).data,
      'issues by label': async () =>
        (await rest.issues.listForRepo({ ...REPO, labels: 'bug,ui & ux,größe', state: 'open', per_page: 2 })).data,
      'all pages, by the Link header': () => client.paginate(rest.issues.listForRepo, { ...REPO, per_page: 2 }),
      'a search with quotes and colons': async () =>
        (
          await rest.search.issuesAndPullRequests({
            q: 'repo:acme/shop is:issue label:"help wanted" created:>=2024-01-01',
          })
        ).data,
      'an issue with markdown and unicode': async () =>
        (
          await rest.issues.create({
            ...REPO,
            title: 'Größe 😀 "quoted"',
            body: '# Steps\r\n\r\n1. `curl -d a=1`\n\t- tab & <html>',
            labels: ['bug', 'ui & ux'],
          })
        ).data,
      'a PATCH': async () =>
        (await rest.issues.update({ ...REPO, issue_number: 7, state: 'closed', milestone: null })).data,
      'a PUT without a body': async () => (await rest.activity.starRepoForAuthenticatedUser(REPO)).status,
      'a PUT with a body': async () =>
        (await rest.pulls.merge({ ...REPO, pull_number: 3, merge_method: 'squash', sha: '0a1b' })).data,
      'a DELETE': async () => (await rest.issues.unlock({ ...REPO, issue_number: 7 })).status,
      'a DELETE with a body': async () =>
        (await rest.repos.deleteFile({ ...REPO, path: 'a.txt', message: 'drop it', sha: '0a1b' })).data,
      'a file whose name has to be escaped': async () =>
        (await rest.repos.getContent({ ...REPO, path: 'read me (ü).md', ref: 'main' })).data,
      'a diff, by its media type': async () =>
        (await rest.pulls.get({ ...REPO, pull_number: 3, mediaType: { format: 'diff' } })).data,
      'what has not changed': async () =>
        failing(() =>
          client.request('GET /repos/{owner}/{repo}', { ...REPO, headers: { 'if-none-match': 'W/"abc"' } }),
        ),
      'a HEAD': async () => (await client.request('HEAD /repos/{owner}/{repo}', REPO)).status,
      'a repository that was renamed': async () => (await rest.repos.get({ owner: 'acme', repo: 'old' })).data,
      'a compressed answer': async () => (await rest.licenses.getAllCommonlyUsed()).data,
      GraphQL: async () =>
        client.graphql('query ($n: Int!) { viewer { repositories(first: $n) { nodes { name } } } }', { n: 3 }),
      'an error answer': () => failing(() => rest.repos.get({ owner: 'acme', repo: 'missing' })),
    });
  },
};

const business: Respond = ({ method, target, headers }) => {
  const host = headers.find(([name]) => name === 'host')?.[1] ?? '';
  if (target === '/repos/acme/missing') return json({ message: 'Not Found' }, {}, 404);
  if (target === '/repos/acme/old') return answer(301, { Location: `http://${host}/repositories/77` });
  if (target === '/licenses') return gzipped([{ key: 'mit' }]);
  if (method === 'HEAD') return 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4711\r\n\r\n';
  if (method === 'DELETE' && target.endsWith('/lock')) return answer(204, {});
  if (method === 'PUT' && target.startsWith('/user/starred/')) return answer(204, {});
  if (headers.some(([name]) => name === 'if-none-match')) return answer(304, { ETag: 'W/"abc"' });
  if (target.startsWith('/repos/acme/shop/issues?per_page=2')) {
    const page = Number(/[?&]page=(\d)/.exec(target)?.[1] ?? 1);
    const next = `<http://${host}/repos/acme/shop/issues?per_page=2&page=${page + 1}>; rel="next"`;
    const link = `<http://${host}/repos/acme/shop/issues?per_page=2&page=3>; rel="last"`;
    return json([{ id: page }], page < 3 ? { Link: `${next}, ${link}` } : {});
  }
  if (headers.some(([name, value]) => name === 'accept' && value.includes('diff'))) {
    return answer(200, { 'Content-Type': 'application/vnd.github.diff; charset=utf-8' }, 'diff --git a/ü b/ü\n');
  }
  if (target === '/graphql') return json({ data: { viewer: { repositories: { nodes: [{ name: 'shop' }] } } } });
  return json({ id: 1, method }, { ETag: 'W/"abc"', 'X-RateLimit-Remaining': '4999' });
};
