import type { VerifiedProof } from '../../../journal/index.ts';

type Holding = Extract<VerifiedProof, { readonly ok: true }>;

/** A proof that holds, for a person: which log, and what its records say. */
export function toldProof(proof: Holding, file: string): string {
  if (proof.kind === 'consistency') {
    const { old, new: grown } = proof;
    return `${file} holds: the ${old.size} records of the older checkpoint of ${old.log} are the first of the ${grown.size} of the newer one. Nothing was changed or cut.`;
  }
  const { log, size } = proof.checkpoint;
  const lines = proof.records.map(({ seq, record }) => `  record ${seq}  ${toldRecord(record)}`);
  return `${file} holds: the log ${log} of ${size} records says of ${proof.call}\n\n${lines.join('\n')}`;
}

/** The members that say what happened, by kind. The texts of agents and upstreams stay in the file. */
const SHOWN: Readonly<Record<string, readonly string[]>> = {
  call: ['agent', 'task', 'route', 'effect', 'stage', 'verdict'],
  outcome: ['effectiveness', 'status', 'failure'],
  review: ['approved', 'by', 'reason'],
  recovery: ['epoch'],
};

function toldRecord(record: Readonly<Record<string, unknown>>): string {
  const at = typeof record.at === 'number' ? new Date(record.at).toISOString() : 'at no time';
  const members = (SHOWN[String(record.kind)] ?? []).flatMap((name) => {
    const value = record[name];
    return value === undefined || value === null ? [] : `${name} ${shown(value)}`;
  });
  return [at, String(record.kind), ...members].join('  ');
}

/** A plain word as it is, anything else as JSON: nothing in a record may steer a terminal. */
function shown(value: unknown): string {
  const json = JSON.stringify(value);
  const plain = json.replaceAll(
    /[^\u0020-\u007e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return /^"[\w.@:/-]+"$/.test(plain) ? plain.slice(1, -1) : plain;
}
