import type { FlawReason } from '../warehouse/import/recording.ts';
import type { ImportSummary } from '../warehouse/import/import.ts';

/** Enough to see what is wrong; --json lists them. */
const SHOWN = 20;

const VERDICTS = { allow: 'allowed', capture: 'captured', hold: 'held', deny: 'denied' } as const;

const FLAWS: Readonly<Record<FlawReason, string>> = {
  malformed: 'not as its format says',
  incomplete: 'recorded without what rules need',
  unmatched: 'of another API, or of no route or agent of the policy',
  ambiguous: 'could be of several routes',
  refused: 'has no one reading, so the door would have refused it',
  repeated: 'another record once more',
  beyond_bounds: 'larger than any call, or one too many',
};

/** What became of a recording, for a person. */
export function importText(file: string, out: string, imported: ImportSummary): string {
  const { calls, sessions, unanswered, bodiless, noCalls, frozen } = imported;
  if (calls === 0) return [`Nothing of ${file} could be imported.`, ...unusableText(file, imported)].join('\n');
  return [
    `${several(calls, 'call')} in ${several(sessions, 'session')} ${calls === 1 ? 'is' : 'are'} now the journal in ${out}.`,
    ...verdictText(imported),
    ...frozen.map(({ agent, by }) => `${agent} was frozen (${by}); what came after is denied for that.`),
    'Every answer in it is the recording’s: what happened there happened without this policy.',
    ...(unanswered === 0
      ? []
      : [`${several(unanswered, 'call')} had no answer: nobody knows how ${unanswered === 1 ? 'it' : 'they'} ended.`]),
    ...(bodiless === 0
      ? []
      : [`${several(bodiless, 'call')} had no body in it; no rule reads it, and no two of them count as the same.`]),
    ...(noCalls === 0 ? [] : [`${several(noCalls, 'record')} told of no call.`]),
    ...unusableText(file, imported),
    '',
    `interlock audit redecide --data ${out} decides it again.`,
  ].join('\n');
}

function verdictText({ verdicts, stops }: ImportSummary): readonly string[] {
  const counts = (Object.keys(VERDICTS) as (keyof typeof VERDICTS)[])
    .filter((verdict) => verdicts[verdict] > 0)
    .map((verdict) => `${verdicts[verdict]} ${VERDICTS[verdict]}`);
  const by = stops
    .filter(({ verdict }) => verdict !== 'capture')
    .map(({ verdict, guard, reason, calls }) => `  ${calls} ${VERDICTS[verdict]} by ${guard}: ${reason}`);
  return [`Under this policy: ${counts.join(', ')}.`, ...by];
}

function unusableText(file: string, { unusable, unusableBy, listed }: ImportSummary): readonly string[] {
  if (unusable === 0) return [];
  const shown = listed.slice(0, SHOWN).map(({ place, why }) => `  ${file}, ${place}: ${why}`);
  const rest = unusable - shown.length;
  return [
    '',
    `${several(unusable, 'record')} ${unusable === 1 ? 'is' : 'are'} not in the journal:`,
    ...unusableBy.map(({ reason, records }) => `  ${records} ${reason}: ${FLAWS[reason]}`),
    '',
    ...shown,
    ...(rest > 0 ? [`  and ${rest} more; --json lists them`] : []),
  ];
}

const several = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
