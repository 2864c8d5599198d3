import Table from 'cli-table3';
import type { Promotion } from '../promotion/index.ts';
import { visibleLine } from '../report/visible.ts';

/** What a promotion says, for a person. Whatever stands in it was written by somebody: nothing of it may repaint a terminal. */
export function promotionText(promotion: Promotion, signedBy: string): string {
  const { agent, from, stage, step, identity, policy, environment, segment, journal, evidence, criteria } = promotion;
  const ramp = step === null ? '' : `, step ${step} of its ramp`;
  const rows: readonly (readonly [name: string, value: string])[] = [
    ['agent', [agent, ...partsOf(identity)].join(', ')],
    ['stage', `${from} -> ${stage}${ramp}`],
    ...segment.map((open) => ['open', open] as const),
    ['policy', `${policy.file}, digest ${policy.digest}`],
    ['environment', environment],
    [
      'journal',
      `until record ${journal.seq} of ${time(journal.at)}, hash ${journal.hash}${journal.log === null ? '' : `, log ${journal.log}`}`,
    ],
    ...evidence.map(({ name, digest }) => ['evidence', `${name}, SHA-256 ${digest.sha256}`] as const),
    ['engine', promotion.engine.version],
    ['good', `from ${time(promotion.issuedAt)} until ${time(promotion.expiresAt)}`],
    ...promotion.approvals.map(({ by, reason }) => ['approved', `by ${by}: ${reason}`] as const),
    ['signed', signedBy],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, value]) => `  ${name.padEnd(width)}  ${visibleLine(value)}`);
  const table = new Table({ head: ['criterion', 'required', 'observed'], style: { head: [], border: [] } });
  for (const { id, class: of, required, observed } of criteria) {
    table.push([of === null ? id : `${id} ${of}`, required, observed].map(visibleLine));
  }
  return [visibleLine(promotion.id), ...lines, ...(criteria.length === 0 ? [] : ['', table.toString()])].join('\n');
}

function partsOf({ version, model, prompt }: Promotion['identity']): readonly string[] {
  return [
    ...(version === undefined ? [] : [`version ${version}`]),
    ...(model === undefined ? [] : [`model ${model}`]),
    ...(prompt === undefined ? [] : [`prompt ${prompt}`]),
  ];
}

const time = (at: number): string => new Date(at).toISOString();
