import type { GateEvidence } from '../../gate/evidence/evidence.ts';
import { type Html, html } from '../html.ts';
import { counted, grouped } from '../page/amounts.ts';
import { listed, minuteText, shareText } from '../shadow/words.ts';

/** What was seen beside the journal: scenarios, the search, labels; and who froze it, and how its upstream fared. */
export function harnessView(evidence: GateEvidence): Html {
  return html`<ul class="facts">
    ${[...scenarios(evidence), ...probe(evidence), ...efficacy(evidence), ...freezes(evidence), ...upstream(evidence)].map((text) => html`<li>${text}</li>`)}
  </ul>`;
}

function scenarios({ scenarios: seen }: GateEvidence): readonly string[] {
  if (seen === null) return ['Scenarios: no sandbox report was at hand.'];
  const { engine, results, known, redecided } = seen;
  const broken = results.filter(({ held }) => !held).map(({ name }) => name);
  const missing = known.filter((name) => !results.some((each) => each.name === name));
  return [
    `Scenarios: ${results.length - broken.length} of ${counted(results.length, 'scenario')} held (Interlock ${engine})${broken.length === 0 ? '' : `; not ${listed(broken)}`}.`,
    ...(missing.length === 0 ? [] : [`Not acted out: ${listed(missing)}.`]),
    redecided.differing.length === 0
      ? `${counted(redecided.journals, 'journal')} of theirs decided again: all came out the same.`
      : `${counted(redecided.journals, 'journal')} of theirs decided again: ${listed(redecided.differing)} came out otherwise.`,
  ];
}

function probe({ probe: seen }: GateEvidence): readonly string[] {
  if (seen === null) return ['Probe: no search was made.'];
  const { engine, seed, runs, calls, found } = seen;
  const said = found.length === 0 ? 'found nothing' : `found ${listed(found)}`;
  return [
    `Probe: ${grouped(String(runs))} runs with ${grouped(String(calls))} calls, seed ${seed}, ${said} (Interlock ${engine}, policy ${seen.policyDigest.slice(0, 12)}).`,
  ];
}

function efficacy({ efficacy: seen }: GateEvidence): readonly string[] {
  if (seen === null) return [];
  const { labels, harmful, caught, good, stoppedWrongly } = seen;
  return [
    `Labels: of ${counted(labels, 'labelled call')} the guards stopped ${grouped(String(caught))} of ${grouped(String(harmful))} harmful (${shareText(caught, harmful)}) and ${grouped(String(stoppedWrongly))} of ${grouped(String(good))} good (${shareText(stoppedWrongly, good)}).`,
  ];
}

function freezes({ freezes: seen, days }: GateEvidence): readonly string[] {
  if (seen.length === 0) return ['It was never frozen.'];
  return seen.map(
    ({ at, by, reason, open }) =>
      `Frozen ${minuteText(at, days.timeZone)} by ${by}: ${reason}; ${open ? 'STILL FROZEN' : 'resumed since'}.`,
  );
}

function upstream({ upstream: { sent, failed, baseline } }: GateEvidence): readonly string[] {
  if (sent === 0) return [];
  const own = `Of ${counted(sent, 'call')} that reached an upstream ${grouped(String(failed))} failed there (${shareText(failed, sent)})`;
  return [
    baseline === null
      ? `${own}; there is no baseline of the same time.`
      : `${own}; of ${grouped(String(baseline.sent))} of others at the same time ${grouped(String(baseline.failed))} (${shareText(baseline.failed, baseline.sent)}).`,
  ];
}
