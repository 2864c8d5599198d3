/** The members of records that are neither calls nor outcomes, as columns: by view, with the kind it shows. */
interface EventView {
  readonly kind: string;
  /** Members by their names in the journal, and their types; the columns are called the same, in snake case. */
  readonly members: Readonly<Record<string, string>>;
}

export const EVENT_VIEWS: Readonly<Record<string, EventView>> = {
  refusals: {
    kind: 'refusal',
    members: {
      status: 'INTEGER',
      reason: 'VARCHAR',
      detail: 'VARCHAR',
      agent: 'VARCHAR',
      grant: 'VARCHAR',
      method: 'VARCHAR',
      target: 'VARCHAR',
      flood: 'JSON',
    },
  },
  freezes: {
    kind: 'freeze',
    members: {
      agent: 'VARCHAR',
      trip: 'VARCHAR',
      by: 'VARCHAR',
      reason: 'VARCHAR',
      call: 'VARCHAR',
      severed: 'JSON',
      cause: 'JSON',
      trail: 'JSON',
      levels: 'JSON',
      proof: 'VARCHAR',
    },
  },
  assents: {
    kind: 'assent',
    members: { agent: 'VARCHAR', by: 'VARCHAR', reason: 'VARCHAR', freeze: 'BIGINT', proof: 'VARCHAR' },
  },
  resumes: { kind: 'resume', members: { agent: 'VARCHAR', by: 'VARCHAR', reason: 'VARCHAR', proof: 'VARCHAR' } },
  reviews: {
    kind: 'review',
    members: {
      call: 'VARCHAR',
      agent: 'VARCHAR',
      approved: 'BOOLEAN',
      by: 'VARCHAR',
      reason: 'VARCHAR',
      proof: 'VARCHAR',
    },
  },
  assessments: {
    kind: 'assessment',
    members: {
      call: 'VARCHAR',
      agent: 'VARCHAR',
      opinion: 'VARCHAR',
      by: 'VARCHAR',
      reason: 'VARCHAR',
      proof: 'VARCHAR',
    },
  },
  standings: {
    kind: 'standing',
    members: {
      agent: 'VARCHAR',
      policy: 'VARCHAR',
      was: 'VARCHAR',
      stands: 'VARCHAR',
      claims: 'JSON',
      cause: 'JSON',
      by: 'VARCHAR',
      reason: 'VARCHAR',
      proof: 'VARCHAR',
    },
  },
  notes: {
    kind: 'note',
    members: { agent: 'VARCHAR', grant: 'VARCHAR', session: 'VARCHAR', call: 'VARCHAR', text: 'VARCHAR' },
  },
  pages: {
    kind: 'page',
    members: {
      page: 'VARCHAR',
      channel: 'VARCHAR',
      attempt: 'INTEGER',
      outcome: 'VARCHAR',
      status: 'INTEGER',
      detail: 'VARCHAR',
    },
  },
  grants: {
    kind: 'grant',
    members: {
      grant: 'VARCHAR',
      tokenHash: 'VARCHAR',
      agent: 'VARCHAR',
      task: 'VARCHAR',
      environment: 'VARCHAR',
      routes: 'JSON',
      values: 'JSON',
      certificate: 'VARCHAR',
      identity: 'VARCHAR',
      expiresAt: 'BIGINT',
      parent: 'VARCHAR',
      by: 'VARCHAR',
      proof: 'VARCHAR',
    },
  },
  revokes: { kind: 'revoke', members: { grant: 'VARCHAR', by: 'VARCHAR', proof: 'VARCHAR' } },
  policies: {
    kind: 'policy',
    members: {
      digest: 'VARCHAR',
      file: 'VARCHAR',
      text: 'VARCHAR',
      includes: 'JSON',
      documents: 'JSON',
      channels: 'JSON',
    },
  },
  recoveries: {
    kind: 'recovery',
    members: {
      epoch: 'BIGINT',
      unknown: 'JSON',
      engine: 'VARCHAR',
      clock: 'JSON',
      mocked: 'BOOLEAN',
      quarantined: 'JSON',
      vault: 'VARCHAR',
      quarantinedBefore: 'JSON',
    },
  },
  users: {
    kind: 'user',
    members: {
      user: 'VARCHAR',
      change: 'VARCHAR',
      roles: 'JSON',
      tokenHash: 'VARCHAR',
      subject: 'VARCHAR',
      by: 'VARCHAR',
      proof: 'VARCHAR',
    },
  },
  sign_ins: {
    kind: 'sign-in',
    members: {
      what: 'VARCHAR',
      user: 'VARCHAR',
      proof: 'VARCHAR',
      address: 'VARCHAR',
      failures: 'INTEGER',
      others: 'INTEGER',
    },
  },
  checkpoints: { kind: 'checkpoint', members: { size: 'BIGINT', root: 'VARCHAR', note: 'VARCHAR' } },
  unrecorded: {
    kind: 'unrecorded',
    members: { since: 'BIGINT', why: 'VARCHAR', calls: 'BIGINT', refusals: 'BIGINT', notes: 'BIGINT' },
  },
  erasures: {
    kind: 'erase',
    members: { person: 'VARCHAR', keys: 'JSON', values: 'BIGINT', by: 'VARCHAR', reason: 'VARCHAR', proof: 'VARCHAR' },
  },
};

/** One row per record of a kind. `events` is a table of the records that are neither calls nor outcomes. */
export function eventsOf({ kind, members }: EventView, events: string): string {
  const columns = Object.keys(members).map((member) => `r."${member}" AS "${snakeCase(member)}"`);
  return `
  SELECT seq, "at", ts, ${columns.join(', ')}
  FROM (SELECT seq, "at", ts, json_transform(json, '${JSON.stringify(members)}') AS r FROM ${events} WHERE kind = '${kind}')`;
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
