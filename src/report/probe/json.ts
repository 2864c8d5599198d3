import type { Json } from '../../std/canonical-json.ts';
import { formatMoney } from '../../std/money.ts';
import { isFound } from '../../lab/probe/result.ts';
import type { ProbeReport, ToldDiscovery } from '../../lab/probe/report.ts';
import type { Deed } from '../../lab/oracles/oracle.ts';
import { readableJson } from '../readable-json.ts';

/** A probe for machines. Everything but `elapsedMs`, `startedAt` and how far it got is a function of the policy and the seed. */
export function probeJson({
  file,
  digest,
  rules,
  version,
  startedAt,
  result,
  holes,
  bugs,
  remarks,
}: ProbeReport): string {
  const { seed, runs, calls, virtualMs, ended, elapsedMs } = result;
  return readableJson({
    version,
    policy: file,
    digest,
    rules,
    startedAt,
    found: isFound(result),
    ended,
    seed,
    runs,
    calls,
    virtualMs,
    elapsedMs,
    remarks,
    holes: holes.map(told),
    bugs: bugs.map(told),
    // Undefined members are none in JSON.
    ...plain({
      oracles: result.oracles,
      nearness: result.approaches,
      never: result.never,
      adversaries: result.adversaries,
      coverage: result.coverage,
    }),
  });
}

function told({ discovery, told: { story, gap, remedies }, keptAs }: ToldDiscovery): Json {
  const { harm, course, runs, path, moves } = discovery;
  return {
    oracle: harm.oracle,
    text: harm.text,
    story,
    gap,
    remedies: remedies.map(({ title, patch }) => ({ title, patch })),
    keptAs,
    run: runs,
    path,
    moves,
    deeds: harm.deeds.map(deed),
    course: plain(course),
  };
}

function deed({ at, upstream, entry, by }: Deed): Json {
  return {
    at,
    upstream,
    kind: entry.kind,
    subject: entry.subject,
    moneyOut: entry.moneyOut === null ? null : formatMoney(entry.moneyOut),
    by: by === null ? null : { agent: by.agent, route: by.route, call: by.id, session: by.session },
  };
}

function plain(value: object): { readonly [key: string]: Json } {
  return JSON.parse(JSON.stringify(value)) as { readonly [key: string]: Json };
}
