import type { ShadowEvidence } from '../evidence/shadow/evidence.ts';
import { ENOUGH } from '../evidence/shadow/strata.ts';
import { CHANGE_KINDS } from '../replay/diff.ts';
import { UNROUTED } from '../replay/request-again.ts';
import { code, markdownTable, prose } from './markdown.ts';
import { counted, grouped } from './page/amounts.ts';
import { TESTS } from './shadow/anomalies.ts';
import { queryFor, whyFor, type Place } from './shadow/commands.ts';
import { headlineText, summarySentences } from './shadow/headline.ts';
import { headroomRows } from './shadow/headroom.ts';
import { notKnown } from './shadow/not-known.ts';
import { estimateText } from './shadow/people.ts';
import { tallyMoney } from './shadow/replay.ts';
import { listed, minuteText, moneysText, shareText, sumsText } from './shadow/words.ts';

/** A pull request is no place for a book: the page and the JSON beside it have the rest. */
const ROWS_SHOWN = 12;

/** The evidence for a pull request: what must be seen before a merge, and where the rest stands. */
export function shadowMarkdown(evidence: ShadowEvidence, data: string, version: string): string {
  const place: Place = { data, scope: evidence.scope };
  const parts = [
    `# ${prose(headlineText(evidence))}`,
    summarySentences(evidence).map(prose).join(' '),
    provenance(evidence, data, version),
    ...(evidence.overview.period === null
      ? []
      : [
          unknown(evidence),
          routes(evidence),
          guards(evidence),
          anomalies(evidence, place),
          radius(evidence),
          coverage(evidence),
          people(evidence),
        ]),
    divergence(evidence),
    replay(evidence),
    evaluation(evidence),
    opening(evidence, place),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

const count = (value: number): string => grouped(String(value));
const bullets = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n');
const rest = (all: number, what: string): string =>
  all > ROWS_SHOWN ? `\n\n${count(all - ROWS_SHOWN)} more ${what} are in the page.` : '';

function provenance({ overview, scope }: ShadowEvidence, data: string, version: string): string {
  const { period, policies } = overview;
  const time =
    period === null
      ? ''
      : `${minuteText(period.first, scope.timeZone)} to ${minuteText(period.last, scope.timeZone)}, ${scope.timeZone}. `;
  const decided = policies.map(({ digest, file }) => code(`${file} ${digest.slice(0, 12)}`));
  return `${time}${decided.length > 0 ? `Decided under ${listed(decided)}. ` : ''}Journal ${code(data)}. Interlock ${prose(version)}.`;
}

const unknown = (evidence: ShadowEvidence): string =>
  `## What is not known\n\n${bullets(notKnown(evidence).map(({ text }) => prose(text)))}`;

function routes({ routes: all }: ShadowEvidence): string {
  const writes = all.filter(({ effect }) => effect !== 'read');
  if (writes.length === 0) return '';
  const rows = writes
    .slice(0, ROWS_SHOWN)
    .map(({ route, effect, meant, stopped, money }) => [
      code(route),
      route === UNROUTED ? 'no route' : effect,
      count(meant.count),
      count(stopped.count),
      money.length === 0 ? '' : prose(sumsText(money)),
    ]);
  return `## Writes\n\n${markdownTable(['Route', 'Effect', 'Meant:', 'Refused or held:', 'Money meant:'], rows)}${rest(writes.length, 'routes')}`;
}

function guards({ findings }: ShadowEvidence): string {
  const spoke = findings.filter(({ denied, held, trips }) => denied.count + held.count + trips.count > 0);
  if (spoke.length === 0) return '## What guards found\n\nNo rule refused or held anything.';
  const rows = spoke
    .slice(0, ROWS_SHOWN)
    .map(({ guard, rule, asked, denied, held, alone, money, trips, tripped }) => [
      `${prose(guard)} ${code(rule)}${trips.count > 0 ? `, **would have the agent stopped ×${count(trips.count)}**, of which it decided ${count(tripped.count)}` : ''}`,
      ...[asked, denied.count, held.count, alone].map(count),
      money.length === 0 ? '' : prose(moneysText(money)),
    ]);
  return `## What guards found\n\n${markdownTable(['Rule', 'Asked:', 'Would deny:', 'Would hold:', 'It alone:', 'Money:'], rows)}${rest(spoke.length, 'rules')}`;
}

function anomalies({ anomalies: { ranked, tests } }: ShadowEvidence, place: Place): string {
  if (ranked.length === 0) return '## Anomalies\n\nNo test found anything.';
  const first = tests.flatMap(({ test, found }) => {
    const strongest = ranked.find((each) => each.test === test);
    return strongest === undefined ? [] : [{ ...strongest, found }];
  });
  const lines = first
    .toSorted((a, b) => b.score - a.score)
    .map(({ test, found, what, why, behind }) => {
      const [call] = behind.calls;
      return `**${TESTS[test]}** (${count(found)}): ${prose(what)}: ${prose(why)}.${call === undefined ? '' : ` ${code(whyFor(place, call))}`}`;
    });
  return `## Anomalies\n\nThe strongest of each kind. Unusual is not wrong.\n\n${bullets(lines)}`;
}

function radius(evidence: ShadowEvidence): string {
  const rows = headroomRows(evidence).map(({ name, note, used, allowed, shareText: said }) => [
    `${prose(name)}${note === '' ? '' : ` (${prose(note)})`}`,
    prose(used),
    allowed === null ? '**no rule bounds it**' : prose(allowed),
    allowed === null ? '' : prose(said),
  ]);
  return rows.length === 0
    ? ''
    : `## Blast radius\n\n${markdownTable(['What', 'Most meant:', 'Most allowed:', 'Used:'], rows)}`;
}

function coverage({ strata: { dimensions } }: ShadowEvidence): string {
  const lines = dimensions.flatMap(({ name, strata }) => {
    const of = (wanted: string): string =>
      listed(strata.filter(({ enough }) => enough === wanted).map((each) => prose(each.name)));
    const [none, thin] = [of('none'), of('thin')];
    if (none === '' && thin === '') return [];
    return [
      `${prose(name)}: ${[none !== '' && `**none** of ${none}`, thin !== '' && `thin for ${thin}`].filter((part) => part !== false).join('; ')}`,
    ];
  });
  const title = `## Coverage\n\nUnder ${ENOUGH} cases evidence is thin.`;
  return lines.length === 0 ? `${title} There are enough of every kind.` : `${title}\n\n${bullets(lines)}`;
}

function people({ people: { opinions }, review }: ShadowEvidence): string {
  const said = opinions.map(({ opinion, behind }) => `${count(behind.count)} ${prose(opinion)}`);
  const lines = [
    opinions.length === 0 ? 'Nobody has reviewed a write.' : `Calls with an opinion: ${listed(said)}.`,
    ...(review === null || review.reviewed === 0
      ? []
      : [`Sane, among those that somebody was sure about: ${estimateText(review.agreement.raw)}.`]),
  ];
  return `## What people said\n\n${lines.join(' ')}`;
}

function divergence({ divergence: beside }: ShadowEvidence): string {
  if (beside === null) return '';
  const { coverage: of, comparison, noise } = beside;
  return `## Beside what was really done\n\n${bullets([
    `${counted(of.compared, 'case')} compared; of ${count(of.withoutActuals)} nobody knows what people did`,
    `Cases that went differently: ${estimateText(comparison.cases.differing)}`,
    ...(noise === null
      ? []
      : [
          `In the ${counted(noise.cases, 'case')} of both its runs it differs from itself in ${estimateText(noise.itself.cases.differing)}, and from people in ${estimateText(noise.people.cases.differing)}`,
        ]),
    `${counted(comparison.disagreements.length + comparison.disagreementsMore, 'disagreement')}, the worst first in the page`,
  ])}`;
}

function replay({ replay: given }: ShadowEvidence): string {
  if (given === null) return '';
  const rows = given.candidates.flatMap(({ policy, changes }) =>
    CHANGE_KINDS.filter((kind) => changes[kind].calls > 0).map((kind) => {
      const tally = changes[kind];
      return [code(policy.file), kind, count(tally.calls), count(tally.certainty.exact), prose(tallyMoney(tally))];
    }),
  );
  const table =
    rows.length === 0
      ? 'Every call would have been judged the same.'
      : markdownTable(['Policy', 'Change', 'Calls:', 'Exact:', 'Money:'], rows);
  return `## Under other policies\n\n${table}`;
}

function evaluation({ evaluation: given }: ShadowEvidence): string {
  if (given === null) return '';
  const rows = given.writes.map(({ fate, good, harmful, unknown: open, unlabelled }) => [
    fate === 'meant' ? 'meant' : 'refused or held',
    ...[good, harmful, open, unlabelled].map((behind) => count(behind.count)),
    shareText(harmful.count, good.count + harmful.count),
  ]);
  return `## Evaluation against labels\n\nLabels from ${code(given.file)}; nothing above knows of them.\n\n${markdownTable(['Writes', 'Right:', 'Wrong:', 'Unknown:', 'Without a label:', 'Wrong among known:'], rows)}`;
}

function opening({ overview }: ShadowEvidence, place: Place): string {
  if (overview.period === null) return '';
  const command = queryFor(place, overview.meant);
  return `## Opening a number\n\nThe page beside this file links every number to its calls. All writes that were meant:\n\n${fenced(command)}`;
}

/** A command to be copied: on its own, in a fence that it cannot end. */
function fenced(command: string): string {
  const fence = '`'.repeat(Math.max(3, ...[...command.matchAll(/`+/g)].map(([ticks]) => ticks.length + 1)));
  return `${fence}sh\n${command.replaceAll(/\r|\n/g, ' ')}\n${fence}`;
}
