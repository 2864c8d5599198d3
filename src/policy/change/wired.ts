import { canonicalJson, type Json } from '../../std/canonical-json.ts';
import type { LoadedPolicy } from '../policy.ts';
import { plainOf, sectionOf, type Plain } from './plain.ts';

/** What of a policy is wired to the machine that a door runs on, by section: keys were read and forgotten, ports are open. */
const SECTIONS: Readonly<Record<string, string>> = {
  environment: 'grants are for one environment',
  notify: 'the channels were opened, and their secrets forgotten',
  checkpoints: 'the signing key was read and forgotten',
  onDiskFull: 'the journal was opened by it',
};

/** What of an upstream is: its transport was opened, and its credential taken out of the environment. */
const OF_UPSTREAM = ['url', 'network', 'ca', 'credential', 'mock', 'port', 'timeouts', 'connections'] as const;

/** Who is believed when a promotion is admitted: whoever could change that while the door runs could promote anything. */
const OF_PROMOTION = ['keys', 'people'] as const;

const OF_ROUTE = ['pii', 'person'] as const;

/**
 * What a door cannot take over from another policy while it runs, a line each with the reason; none: it can take it all. What
 * is not named here is what calls are judged and answered by.
 */
export function needsRestart(before: LoadedPolicy, after: LoadedPolicy): readonly string[] {
  const [was, is] = [plainOf(before), plainOf(after)];
  return [
    ...Object.entries(SECTIONS).flatMap(([key, why]) => (differ(was[key], is[key]) ? [line(key, why)] : [])),
    ...upstreams(sectionOf(was, 'upstreams'), sectionOf(is, 'upstreams')),
    ...signers(was['promotion'], is['promotion']),
    ...personal(before, after),
  ];
}

function upstreams(was: Plain, is: Plain): readonly string[] {
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  return names.flatMap((name) => {
    const [old, its] = [was[name], is[name]];
    if (old === undefined) return [line(`upstreams.${name}`, 'a new upstream needs its key, which is read at a start')];
    if (its === undefined) return [line(`upstreams.${name}`, 'its way and its port are open until the door closes')];
    return OF_UPSTREAM.flatMap((key) =>
      differ((old as Plain)[key], (its as Plain)[key])
        ? [line(`upstreams.${name}.${key}`, 'the way to it was opened by it')]
        : [],
    );
  });
}

function signers(was: Json | undefined, is: Json | undefined): readonly string[] {
  // Whether anybody is asked at all is a question of what agents may do, and not of who is believed.
  if (!isTerms(was) || !isTerms(is)) return [];
  return OF_PROMOTION.flatMap((key) =>
    differ(was[key], is[key]) ? [line(`promotion.${key}`, 'who may promote is settled at a start')] : [],
  );
}

function isTerms(promotion: Json | undefined): promotion is Plain {
  return typeof promotion === 'object' && promotion !== null;
}

/** What was sealed and what is sealed must be the same thing while calls are under way; and a vault is opened at a start. */
function personal(before: LoadedPolicy, after: LoadedPolicy): readonly string[] {
  const [was, is] = [sectionOf(plainOf(before), 'routes'), sectionOf(plainOf(after), 'routes')];
  const changed = Object.entries(is).flatMap(([id, its]) => {
    const old = was[id];
    if (old === undefined) return [];
    return OF_ROUTE.flatMap((key) =>
      differ((old as Plain)[key], (its as Plain)[key])
        ? [line(`routes.${id}.${key}`, 'calls under way are sealed by it')]
        : [],
    );
  });
  const [old, its] = [before.privacy, after.privacy];
  if (old.routes.size === 0 && its.routes.size > 0) {
    return [...changed, line('routes', 'personal data needs a vault, which is opened at a start')];
  }
  return old.values === its.values ? changed : [...changed, line('routes', 'what provenance compares is sealed by it')];
}

function line(path: string, why: string): string {
  return `\`${path}\` needs a restart: ${why}`;
}

function differ(was: Json | undefined, is: Json | undefined): boolean {
  return canonicalJson(was ?? null) !== canonicalJson(is ?? null);
}
