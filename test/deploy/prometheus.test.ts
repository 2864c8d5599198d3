import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { Live } from '../faults/live.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const PROMETHEUS = path.join(ROOT, 'deploy/prometheus');
const LACKS = spawnSync('promtool', ['--version']).error !== undefined;
if (LACKS) console.warn('Alert rules and dashboard are not checked by Prometheus: promtool is not installed');

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<'summary' | 'runbook', string>>;
}
const groups = parse(readFileSync(path.join(PROMETHEUS, 'alerts.yml'), 'utf8')) as { groups: { rules: Alert[] }[] };
const alerts = groups.groups.flatMap(({ rules }) => rules);

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}
const dashboard = JSON.parse(readFileSync(path.join(ROOT, 'deploy/grafana/interlock.json'), 'utf8')) as {
  readonly panels: readonly Panel[];
  readonly annotations: { readonly list: readonly { readonly expr: string }[] };
};
/** What Grafana puts in the place of its variables. */
const filledIn = (expr: string): string =>
  expr.replaceAll('$__rate_interval', '1m').replaceAll(/\$(instance|agent)\b/g, '.*');
const shown = [
  ...dashboard.panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, filledIn(expr)] as const)),
  ...dashboard.annotations.list.map(({ expr }) => ['annotation', filledIn(expr)] as const),
];

function promtool(args: readonly string[], input?: string): { readonly status: number | null; readonly told: string } {
  const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: PROMETHEUS, encoding: 'utf8', input });
  return { status, told: stdout + stderr };
}

let live: Live;
let scrape: string;
beforeAll(async () => {
  live = await Live.open();
  await live.refund('ch_1');
  await live.refund('ch_1');
  await live.read();
  const { url, token } = JSON.parse(readFileSync(path.join(live.where.data, 'control.json'), 'utf8')) as {
    url: string;
    token: string;
  };
  const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  scrape = await response.text();
});
afterAll(() => live.close());

describe.skipIf(LACKS)('promtool', () => {
  test('finds nothing wrong with a real scrape', () => {
    expect(promtool(['check', 'metrics'], scrape)).toEqual({ status: 0, told: '' });
  });

  test('finds nothing wrong with the alert rules', () => {
    expect(promtool(['check', 'rules', 'alerts.yml'])).toMatchObject({ status: 0 });
  });

  test('sees every alert fire when it should, and stay calm when it should', () => {
    const { status, told } = promtool(['test', 'rules', 'alerts.test.yml']);
    expect(status, told).toBe(0);
  }, 60_000);

  test('reads every expression of the dashboard', () => {
    const rules = shown.map(([, expr], index) => ({ record: `panel_${index}`, expr }));
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'interlock-grafana-')), 'panels.yml');
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'panels', rules }] }));
    const { status, told } = promtool(['check', 'rules', file]);
    expect(status, told).toBe(0);
    expect(told).toContain(`${shown.length} rules found`);
  });
});

test('each alert has a course at which it fires and one at which it does not', () => {
  const { tests } = parse(readFileSync(path.join(PROMETHEUS, 'alerts.test.yml'), 'utf8')) as {
    tests: { name: string; promql_expr_test: { exp_samples: { value: number }[] }[] }[];
  };
  const said = tests.map(({ name, promql_expr_test: [one] }) => `${name} ${one?.exp_samples[0]?.value}`);
  const wanted = alerts.flatMap(({ alert }) => [`${alert} fires 1`, `${alert} stays calm 0`]);
  expect([...said].sort()).toEqual([...wanted].sort());
});

test('every metric that an alert or a panel asks for is one that a door tells', () => {
  const told = new Set(
    [...scrape.matchAll(/^# TYPE (\S+) (\w+)$/gm)].flatMap(([, name = '', type]) =>
      type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    ),
  );
  const asked = [...alerts.map(({ expr }) => expr), ...shown.map(([, expr]) => expr)].flatMap(
    (expr) => expr.match(/\b(?:interlock|process)_\w+/g) ?? [],
  );
  expect(asked.length).toBeGreaterThan(50);
  expect([...new Set(asked)].filter((name) => !told.has(name))).toEqual([]);
});

test('every alert says what to do, with commands that there are', () => {
  const commands = new Set(readdirSync(path.join(ROOT, 'src/cli/commands')).map((file) => file.replace(/\.ts$/, '')));
  for (const { alert, labels, annotations } of alerts) {
    expect(['page', 'ticket'], alert).toContain(labels['severity']);
    expect(annotations.summary.length, alert).toBeGreaterThan(20);
    expect(annotations.runbook.length, alert).toBeGreaterThan(60);
    for (const [, command = ''] of annotations.runbook.matchAll(/`interlock ([a-z-]+)/g)) {
      expect(commands.has(command), `${alert}: interlock ${command}`).toBe(true);
    }
  }
});

test('docs/observability.md lists every metric that a door tells, with its type, and no other', () => {
  const page = readFileSync(path.join(ROOT, 'docs/observability.md'), 'utf8');
  const listed = [...page.matchAll(/^\| `(\w+)`\s*\| (counter|gauge|histogram)/gm)].map(
    ([, name, type]) => `${name} ${type}`,
  );
  const told = [...scrape.matchAll(/^# TYPE (\S+) (\w+)$/gm)].map(([, name, type]) => `${name} ${type}`);
  // Only on a full disk, and only with a collector.
  const now = ['interlock_journal_reserve_bytes gauge', 'interlock_traces_total counter'];
  expect([...listed].sort()).toEqual([...told, ...now].sort());
});
