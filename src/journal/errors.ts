/** The journal can take no more for now: refuse, do not wait (I12). */
export class JournalFull extends Error {
  override readonly name = 'JournalFull';
  /** The disk has no room, or is far behind. */
  readonly why: 'disk_full' | 'disk_behind';

  constructor(message: string, why: JournalFull['why'] = 'disk_behind') {
    super(message);
    this.why = why;
  }
}

/** The journal takes nothing any more: a write failed, another process took over, or it was closed. */
export class JournalFailed extends Error {
  override readonly name = 'JournalFailed';
}

/** Another process writes this journal. */
export class JournalLocked extends Error {
  override readonly name = 'JournalLocked';
}

/** What answers behind the door is not what answered in this journal: mocks beside real upstreams would be no evidence. */
export class JournalOfAnother extends Error {
  override readonly name = 'JournalOfAnother';

  constructor(dir: string, isOfMocks: boolean) {
    super(
      isOfMocks
        ? `Failed to open \`${dir}\` for real upstreams: its journal is of mocks (\`serve --mock\`), and what mocks answered must never be taken for evidence. Name another directory: --data DIR.`
        : `Failed to open \`${dir}\` for mocks: its journal is of real upstreams, and nothing made up may be written there. Name another directory: --data DIR.`,
    );
  }
}

/** A segment does not read as it was written. */
export class JournalDamaged extends Error {
  override readonly name = 'JournalDamaged';
  readonly file: string;
  /** The first byte of the first line that does not hold. */
  readonly offset: number;

  constructor(file: string, offset: number, problem: string) {
    super(
      `Failed to read journal \`${file}\` at byte ${offset}: ${problem}. Run \`interlock audit verify\`; change nothing.`,
    );
    this.file = file;
    this.offset = offset;
  }
}
