import { evaluationOf, type Label } from '../../evidence/shadow/evaluation.ts';
import type { Source } from '../../evidence/shadow/source.ts';
import type { EfficacyEvidence } from './evidence.ts';

/** What the guards did to labelled writes that count: those of them that were wrong, and those that were right. */
export async function efficacyOf(source: Source, file: string, labels: readonly Label[]): Promise<EfficacyEvidence> {
  const { writes } = await evaluationOf(source, file, labels, { ranked: [] });
  const of = (fate: 'meant' | 'stopped', kind: 'good' | 'harmful' | 'unknown'): number =>
    writes.find((one) => one.fate === fate)?.[kind].count ?? 0;
  const both = (kind: 'good' | 'harmful' | 'unknown'): number => of('meant', kind) + of('stopped', kind);
  return {
    labels: both('good') + both('harmful') + both('unknown'),
    harmful: both('harmful'),
    caught: of('stopped', 'harmful'),
    good: both('good'),
    stoppedWrongly: of('stopped', 'good'),
  };
}
