import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { entryOf } from '../../src/cli/manual/catalog.ts';
import { serve } from '../../src/cli/commands/serve.ts';
import { loadPolicy } from '../../src/policy/index.ts';

const DEPLOY = path.join(import.meta.dirname, '../../deploy');
const read = (file: string): string => readFileSync(path.join(DEPLOY, file), 'utf8');
const options = new Set(entryOf(serve as never).options.map(({ name }) => name));

function knownOptions(words: readonly string[]): void {
  expect(words.filter((word) => word.startsWith('--') && !options.has(word.slice(2)))).toEqual([]);
}

// oxlint-disable-next-line typescript/no-explicit-any -- manifests are looked into by the test's own words
type Manifest = any;

const manifests = (file: string): readonly Manifest[] =>
  parseAllDocuments(read(`kubernetes/${file}`)).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS();
  });
const ofKind = (all: readonly Manifest[], ...kinds: readonly string[]): readonly Manifest[] =>
  all.filter(({ kind }) => kinds.includes(kind));
const matches = (selector: Manifest, labels: Manifest): boolean =>
  Object.entries(selector.matchLabels ?? selector).every(([name, value]) => labels[name] === value);

test.each(['gateway.yaml', 'sidecar.yaml'])(
  '%s: selectors match, ports and volumes are there, pods are restricted, and only the door has the key',
  (file) => {
    const all = manifests(file);
    for (const workload of ofKind(all, 'Deployment', 'StatefulSet')) {
      const { selector, template, replicas } = workload.spec;
      expect(replicas).toBe(1);
      expect(matches(selector, template.metadata.labels)).toBe(true);
      const { spec } = template;
      expect(spec.automountServiceAccountToken).toBe(false);
      expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
      const volumes = (spec.volumes ?? []).map(({ name }: Manifest) => name);
      for (const container of spec.containers) {
        expect(container.securityContext).toMatchObject({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(
          (container.volumeMounts ?? [])
            .map(({ name }: Manifest) => name)
            .filter((name: string) => !volumes.includes(name)),
        ).toEqual([]);
        const secrets = (container.env ?? []).flatMap(({ valueFrom }: Manifest) => valueFrom?.secretKeyRef?.name ?? []);
        expect(secrets.includes('stripe-key')).toBe(container.name === 'door');
        if (container.name !== 'door') continue;
        knownOptions(container.args);
        expect(JSON.stringify(container.readinessProbe)).toContain('/readyz');
        expect(JSON.stringify(container.livenessProbe)).toContain('/healthz');
        expect(container.volumeMounts.find(({ mountPath }: Manifest) => mountPath === '/var/lib/interlock')?.name).toBe(
          'data',
        );
      }
      const claim = (spec.volumes ?? []).find(({ name }: Manifest) => name === 'data')?.persistentVolumeClaim
        ?.claimName;
      if (claim !== undefined)
        expect(ofKind(all, 'PersistentVolumeClaim').map(({ metadata }) => metadata.name)).toContain(claim);
    }
    const text = ofKind(all, 'ConfigMap')[0]?.data['interlock.yaml'];
    expect(loadPolicy(text, 'interlock.yaml')).toMatchObject({ ok: true });
  },
);

test('gateway.yaml: agents reach the door and names alone, the door alone reaches the upstream, and nobody else comes in', () => {
  const all = manifests('gateway.yaml');
  const pods = ofKind(all, 'Deployment').map(({ metadata, spec }) => ({
    name: metadata.name as string,
    ...spec.template,
  }));
  const door = pods.find(({ name }) => name === 'interlock');
  const agent = pods.find(({ name }) => name === 'refunds-bot');
  const port = door?.spec.containers[0].ports[0];
  expect(door?.spec.strategy ?? ofKind(all, 'Deployment')[0].spec.strategy).toEqual({ type: 'Recreate' });
  const [service] = ofKind(all, 'Service');
  expect(matches(service.spec.selector, door?.metadata.labels)).toBe(true);
  expect(service.spec.ports[0].targetPort).toBe(port.name);

  const policies = ofKind(all, 'NetworkPolicy');
  expect(policies.find(({ metadata }) => metadata.name === 'nothing-else')?.spec).toEqual({
    podSelector: {},
    policyTypes: ['Ingress', 'Egress'],
  });
  const rulesOf = (pod: Manifest, way: 'ingress' | 'egress') =>
    policies
      .filter(({ spec }) => matches(spec.podSelector, pod.metadata.labels))
      .flatMap(({ spec }) => spec[way] ?? []);
  const isDns = ({ ports }: Manifest): boolean => ports.every(({ port: one }: Manifest) => one === 53);
  const ofAgent = rulesOf(agent, 'egress').filter((rule) => !isDns(rule));
  expect(ofAgent).toEqual([
    {
      to: [{ podSelector: { matchLabels: door?.metadata.labels } }],
      ports: [{ protocol: 'TCP', port: port.containerPort }],
    },
  ]);
  expect(rulesOf(agent, 'ingress')).toEqual([]);
  const out = rulesOf(door, 'egress').filter((rule) => !isDns(rule));
  expect(out).toHaveLength(1);
  expect(out[0].ports).toEqual([{ protocol: 'TCP', port: 443 }]);
  const [into] = rulesOf(door, 'ingress');
  expect(matches(into.from[0].podSelector, agent?.metadata.labels)).toBe(true);
  expect(into.ports[0].port).toBe(port.containerPort);
});

test('the unit is read by systemd without a complaint, and is as closed as it says', async (context) => {
  const unit = read('systemd/interlock.service');
  const command = /^ExecStart=.*'(.*)'$/m.exec(unit)?.[1] ?? '';
  knownOptions(command.split(' '));
  expect(unit).toMatch(/^LoadCredential=stripe:/m);
  const dir = mkdtempSync(path.join(tmpdir(), 'interlock-unit-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const file = path.join(dir, 'interlock.service');
  writeFileSync(file, unit.replaceAll('/usr/local/bin/interlock', '/bin/true'));
  const run = promisify(execFile);
  const there = await run('systemd-analyze', ['--version']).then(
    () => true,
    () => false,
  );
  if (!there) context.skip('systemd-analyze is not installed');
  const { stdout, stderr } = await run('systemd-analyze', ['verify', '--man=no', file]);
  // Units of this machine that it depends on may have faults of their own.
  expect(`${stdout}${stderr}`.split('\n').filter((line) => line.includes('interlock.service'))).toEqual([]);
  const told = await run('systemd-analyze', ['security', '--offline=yes', '--no-pager', file]);
  const score = Number(/Overall exposure level for interlock\.service: ([\d.]+)/.exec(told.stdout)?.[1]);
  expect(score).toBeLessThanOrEqual(2);
});

test('the container runs as nobody in particular, with a health check, and by options that there are', () => {
  const lines = read('container/Containerfile').replaceAll('\\\n', ' ').split('\n');
  const [stage] = lines.filter((line) => line.startsWith('FROM ')).toReversed();
  const last = lines.slice(lines.lastIndexOf(stage ?? ''));
  expect(lines.filter((line) => line.startsWith('FROM ')).length).toBe(2);
  expect(last.find((line) => line.startsWith('USER '))).toBe('USER 10001:10001');
  expect(last.some((line) => line.startsWith('HEALTHCHECK ') && line.includes('/healthz'))).toBe(true);
  const command = JSON.parse(last.find((line) => line.startsWith('CMD '))?.slice('CMD '.length) ?? '[]') as string[];
  knownOptions(command);
  expect(last.some((line) => /(SECRET|KEY|TOKEN)=/.test(line))).toBe(false);
});
