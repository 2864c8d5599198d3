import { SESSIONS_PER_DAY } from './clusters.ts';
import { ALARM_HORIZON_SESSIONS } from './demotion.ts';
import { HEARD_SESSIONS } from './drift.ts';
import { HORIZON_SESSIONS } from './promotion.ts';
import type { Study } from './study.ts';

/** The study as Markdown. */
export function table(study: Study): string {
  return [
    `${count(study.runs)} runs for each error rate, seed ${study.seed}.`,
    '### False promotions',
    `An agent that is harmful in exactly as many sessions as the policy says is too many, and up to ${count(HORIZON_SESSIONS)} sessions of it. How often it is let pass at 95 %:`,
    promotions(study),
    '### How long a good agent waits',
    'Sessions from which on the bound lies below the limit, at 95 %. What a planned look needs stands beside it: that is the price of looking when one likes.',
    rows(
      ['limit', 'harmful sessions among them', 'looked at after every one', 'one planned look'],
      study.least.map((one) => [share(one.limit), String(one.events), count(one.continuous), count(one.planned)]),
    ),
    'And so an agent waits, by what its true rate is:',
    rows(
      ['limit', 'true rate', 'half pass within', 'nine in ten within'],
      study.waits.map((one) => [share(one.limit), share(one.rate), sessions(one.median), sessions(one.ninth)]),
    ),
    '### Harm that comes in clusters',
    'One harmful session in a hundred, where fewer are asked for, looked at after every trial:',
    rows(
      ['harm', 'counted', 'let pass'],
      study.writes.map((one) => [one.harm, one.rule, rate(one.promoted, one.runs)]),
    ),
    `The same share on average, but unevenly over days of ${SESSIONS_PER_DAY} sessions:`,
    days(study),
    '### False demotions',
    `An agent harmful in exactly 1 % of its sessions, where "> 1%" takes its stage back, heard for ${count(ALARM_HORIZON_SESSIONS)} sessions:`,
    rows(
      ['confidence', 'alarm', 'Clopper–Pearson, looked at after every session'],
      study.alarms.map((one) => [share(one.confidence), rate(one.alarms, one.runs), rate(one.naive, one.runs)]),
    ),
    'Sessions until an agent that became worse is noticed, at 99.9 %: half of the runs, nine in ten. Before that it was harmful in 0.1 % of its sessions, for so long:',
    detections(study),
    '### Drift',
    ...drift(study),
  ].join('\n\n');
}

function promotions({ promotions: all }: Study): string {
  const limits = [...new Set(all.map(({ limit }) => limit))];
  const byRule = [...Map.groupBy(all, ({ rule }) => rule)];
  const body = byRule.map(([rule, its]) => [
    rule,
    ...its.map(({ promoted, runs, exact }) => rate(promoted, runs) + (exact === null ? '' : ` (${share(exact)})`)),
  ]);
  return [
    rows(['rule', ...limits.map((limit) => `limit ${share(limit)}`)], body),
    'In brackets: counted out, not drawn.',
  ].join('\n\n');
}

function days({ days: all }: Study): string {
  const rules = [...new Set(all.map(({ rule }) => rule))];
  const harms = [...Map.groupBy(all, ({ harm }) => harm)];
  return rows(
    ['harm', ...rules],
    harms.map(([harm, its]) => [harm, ...its.map(({ promoted, runs }) => rate(promoted, runs))]),
  );
}

function detections({ detections: all }: Study): string {
  const rates = [...new Set(all.map((one) => one.rate))];
  return rows(
    ['good sessions before', ...rates.map((one) => `harmful in ${share(one)}`)],
    [...Map.groupBy(all, ({ history }) => history)].map(([history, its]) => [
      count(history),
      ...its.map(({ median, ninth }) => `${sessions(median)}, ${sessions(ninth)}`),
    ]),
  );
}

function drift({ drifts, driftDetections: noticed }: Study): readonly string[] {
  const baselines = [...new Set(noticed.map(({ baseline }) => baseline))];
  return [
    `An agent that stays as it was, heard for ${HEARD_SESSIONS} sessions after its baseline, at 95 % and without any tolerance; sessions have 1 to 12 calls, half of which repeat the one before:`,
    rows(
      ['sessions in the baseline', 'alarm', 'χ² of calls, after every session', 'χ² of calls, once'],
      drifts.map(({ baseline, alarms, naive, once, runs }) => [
        count(baseline),
        rate(alarms, runs),
        rate(naive, runs),
        rate(once, runs),
      ]),
    ),
    'Sessions until a drift is noticed, at 99.9 % and with the usual tolerance: half of the runs, nine in ten.',
    rows(
      ['drift', ...baselines.map((one) => `baseline of ${count(one)}`)],
      [...Map.groupBy(noticed, (one) => one.drift)].map(([name, its]) => [
        name,
        ...its.map(({ median, ninth }) => `${sessions(median)}, ${sessions(ninth)}`),
      ]),
    ),
  ];
}

function sessions(value: number | null): string {
  return value === null ? '–' : count(value);
}

function rate(seen: number, runs: number): string {
  return share(seen / runs);
}

function share(value: number): string {
  return `${Number((value * 100).toPrecision(3))} %`;
}

function count(value: number): string {
  return value.toLocaleString('en-GB');
}

function rows(head: readonly string[], body: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
