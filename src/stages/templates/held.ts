import type { RouteId } from '../../engine/ids.ts';
import type { Json } from '../../std/canonical-json.ts';
import { pointerOf, templatePlan, type TemplatesFile } from '../../policy/index.ts';
import { memberOf } from '../json.ts';
import { setsOf } from '../synthesis/answer.ts';
import { loosely } from './explanations.ts';
import type { Sample } from './samples.ts';

/** How recorded answers of one route compare with what its template says of them. */
export interface Held {
  readonly route: RouteId;
  answers: number;
  /** Of another status than the template's. */
  otherStatus: number;
  /** Answers in which a field was another, by its pointer. */
  readonly departures: Map<string, number>;
}

/** Holds recorded answers against templates: what an API changed since they were learned shows here. */
export function holdTemplates(samples: Iterable<Sample>, { routes }: TemplatesFile): readonly Held[] {
  const all = new Map<RouteId, Held>();
  for (const { reading, status, body, before } of samples) {
    const { call, request } = reading;
    const template = Object.hasOwn(routes, call.route) ? routes[call.route] : undefined;
    const plan = template && templatePlan(template, undefined);
    if (plan === undefined || call.effect === 'read' || status < 200 || status > 299) continue;
    const held = all.get(call.route) ?? { route: call.route, answers: 0, otherStatus: 0, departures: new Map() };
    all.set(call.route, held);
    held.answers += 1;
    if (status !== plan.status) held.otherStatus += 1;
    if (plan.body === undefined || body === undefined) continue;
    const material = { request, at: call.at, seed: call.id, item: before, made: () => undefined };
    for (const { path, value } of setsOf(plan.body, material)) {
      const pointer = pointerOf(path);
      const from = template?.answer?.body?.[pointer]?.from;
      const isCertain = from === 'request' || from === 'constant' || from === 'text';
      const real = path.reduce<Json | undefined>(memberOf, body);
      if (!isCertain || (real !== undefined && loosely(real) === loosely(value))) continue;
      held.departures.set(pointer, (held.departures.get(pointer) ?? 0) + 1);
    }
  }
  return [...all.values()].toSorted((a, b) => (a.route < b.route ? -1 : 1));
}
