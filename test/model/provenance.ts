import type { Call } from '../../src/engine/call.ts';
import type { Event } from '../../src/engine/event.ts';
import type { ProvenanceRule } from '../../src/engine/guards/provenance.ts';

/** What a provenance rule must find of a call: the reason code. Reads the whole history again. */
export function provenance(rule: ProvenanceRule, events: readonly Event[], call: Call): string {
  const parameter = call.particulars?.parameters[rule.rule];
  if (parameter?.value == null) return 'value_missing';
  if (parameter.declared) return 'ok';
  const calls = new Map(
    events.flatMap((event) =>
      event.kind === 'decided' && event.verdict === 'allow' ? [[event.call.id, event.call]] : [],
    ),
  );
  for (const event of events) {
    if (event.kind !== 'ended' || event.effectiveness !== 'effective') continue;
    const asked = calls.get(event.call);
    calls.delete(event.call);
    const status = event.answer?.status ?? 0;
    if (asked?.agent !== call.agent || asked.grant !== call.grant || status < 200 || status > 299) continue;
    const given = rule.sources.flatMap((source) => event.answer?.values[source] ?? []);
    if (given.includes(parameter.value)) return 'ok';
  }
  return 'provenance_unknown';
}
