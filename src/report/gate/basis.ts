import type { GateEvidence } from '../../gate/evidence/evidence.ts';
import { type Child, type Html, html } from '../html.ts';
import { table } from '../page/table.ts';
import { minuteText } from '../shadow/words.ts';

/** What the evidence is of, to the byte: with another of these it would be of something else. */
export function basisView({ basis, days, journal, files }: GateEvidence, data: string): Html {
  const { identity, documents } = basis;
  const who = [
    identity.version !== null && `version ${identity.version}`,
    identity.model !== null && `model ${identity.model}`,
    identity.prompt !== null && `prompt ${identity.prompt.slice(0, 12)}`,
  ].filter((part) => part !== false);
  const facts: readonly (readonly [string, Child])[] = [
    ['Agent', who.length === 0 ? 'the policy does not say which it is' : who.join(', ')],
    ['Identity', digest(basis.identityDigest)],
    ['Policy', digest(basis.policyDigest)],
    ['Rules', digest(basis.rulesDigest)],
    ...Object.entries(documents).map(([path, sha256]): readonly [string, Child] => [path, digest(sha256)]),
    ['Engine', `Interlock ${basis.engine}`],
    ['Unchanged since', basis.since === null ? 'no record of the journal' : minuteText(basis.since, days.timeZone)],
    ...(basis.reset === null ? [] : [['What counts begins there, because', basis.reset] as const]),
    [
      'Journal',
      journal.head === null
        ? html`<code>${data}</code>, empty`
        : html`<code>${data}</code>, record ${journal.head.seq}, ${digest(journal.head.hash)}`,
    ],
    ['Decisions', html`recorded ${digest(journal.redecided.recorded)}, decided again ${digest(journal.redecided.now)}`],
    ...journal.problems.map((problem): readonly [string, Child] => ['Problem', problem]),
  ];
  return html`<dl class="basis">
      ${facts.map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>
    <h3 class="after">Files</h3>
    ${table({
      caption: 'The files that the evidence was read from',
      columns: [{ name: 'What' }, { name: 'File' }, { name: 'SHA-256', wide: true }],
      rows: files.map(({ name, file, sha256 }) => [name, html`<code>${file}</code>`, html`<code>${sha256}</code>`]),
    })}`;
}

const digest = (hex: string): Html => html`<code>${hex}</code>`;
