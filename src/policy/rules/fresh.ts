import { z } from 'zod';
import type { FreshRule } from '../../engine/guards/fresh.ts';
import type { RouteId } from '../../engine/ids.ts';
import { durationMs } from '../checked.ts';
import { nearest, type Path } from '../problem.ts';
import type { Report } from '../report.ts';
import type { RouteFile } from '../schema/route.ts';
import { Duration, Id } from '../schema/text.ts';
import { allowedRoutes } from '../semantics/view.ts';
import type { RuleKind, RulePlace } from './kind.ts';
import { canBeSameSubject, isSameResource } from './same-subject.ts';
import { selector } from './selector.ts';
import { needSubjects } from './subjects.ts';

/** An older read is none that a decision should rest on, and each is remembered for as long. */
const AGE_MAX_MS = 86_400_000;

export const Fresh = z
  .strictObject({
    ...selector,
    read: z.union([Id, z.array(Id).min(1)], { error: 'a route, or a list of routes' }).meta({
      description: 'The route by which the subject must have been read; of several, any one.',
      examples: ['get_charge', ['get_charge', 'get_refund']],
    }),
    maxAge: Duration.meta({
      description: 'How long ago the read may have been sent, at most a day.',
      examples: ['60s'],
    }),
  })
  .meta({ description: 'A write needs its session to have read the same subject lately, and nothing changed since.' });

type Form = z.infer<typeof Fresh>;
type Named = readonly [string, RouteFile];

export const fresh: RuleKind<Form, FreshRule> = {
  check(rule, place, report) {
    const { concerned, path } = place;
    checkWrites(rule, concerned, path, report);
    if (durationMs(rule.maxAge) > AGE_MAX_MS) {
      report.error([...path, 'maxAge'], { message: 'a read this old is not fresh', accepted: 'at most 1d' });
    }
    const writes = writesOf(concerned);
    const reads = namesOf(rule).flatMap((name, index) => {
      const at = typeof rule.read === 'string' ? [...path, 'read'] : [...path, 'read', index];
      const read = readOf(name, at, place, report);
      return read === undefined ? [] : [read];
    });
    for (const [id, write] of writes) {
      if (reads.length === 0 || reads.some(([, read]) => canBeSameSubject(write, read))) continue;
      const shown = reads.map(([name, { subject }]) => `\`${name}\` reads \`${subject}\``).join(', ');
      const message = `no read has the subject of \`${id}\`: it acts on \`${write.subject}\`, ${shown}`;
      report.error([...path, 'read'], message);
    }
  },
  compile(file, { rule, routes, concerned, policy }) {
    const reads = namesOf(file);
    const sameResource = writesOf(concerned).flatMap(([id, write]): [RouteId, ReadonlySet<RouteId>][] => {
      const its = reads.filter((name) => isSameResource(write, policy.routes[name] as RouteFile));
      return its.length === 0 ? [] : [[id as RouteId, new Set(its as RouteId[])]];
    });
    return {
      rule,
      routes,
      reads: reads as RouteId[],
      maxAgeMs: durationMs(file.maxAge),
      sameResource: new Map(sameResource),
    };
  },
};

function checkWrites(rule: Form, concerned: readonly Named[], path: Path, report: Report): void {
  const named = [...(rule.routes ?? []), rule.route];
  for (const [id, { effect }] of concerned) {
    if (effect !== 'read' || !named.includes(id)) continue;
    report.error(path, { message: `\`fresh\` is about writes, and \`${id}\` is a read`, on: 'key' });
  }
  const writes = writesOf(concerned);
  needSubjects(writes, path, '`fresh`', report);
  if (writes.length > 0 || concerned.length === 0 || named.some((name) => name !== undefined)) return;
  report.error(path, 'the rule concerns no write');
}

/** A read that its agent may make and that says of what it was. */
function readOf(name: string, at: Path, { policy, agent }: RulePlace, report: Report): Named | undefined {
  const route = Object.hasOwn(policy.routes, name) ? policy.routes[name] : undefined;
  if (route === undefined) {
    const suggestion = nearest(name, Object.keys(policy.routes));
    report.error(at, { message: `unknown route \`${name}\``, suggestion });
    return undefined;
  }
  const own = policy.agents[agent];
  if (own !== undefined && !allowedRoutes(policy, own).has(name)) {
    report.error(at, `\`${agent}\` may not call \`${name}\`, so nothing it writes would ever be fresh`);
  } else if (route.effect !== 'read') {
    report.error(at, `\`${name}\` is no read: its effect is \`${route.effect}\``);
  } else if (route.match.startsWith('HEAD ')) {
    report.error(at, `\`${name}\` shows nothing of what it asks about: its method is HEAD`);
  } else if (route.subject === undefined) {
    report.error(at, `\`fresh\` needs a subject, and the route \`${name}\` names none`);
  } else {
    return [name, route];
  }
  return undefined;
}

function writesOf(routes: readonly Named[]): readonly Named[] {
  return routes.filter(([, { effect }]) => effect !== 'read');
}

function namesOf({ read }: Form): readonly string[] {
  return typeof read === 'string' ? [read] : read;
}
