import type { Mutant } from '../mutant.ts';

/** Faults of what writes recordings down and reads them. */
export const RECORDING_MUTANTS: readonly Mutant[] = [
  {
    name: 'an answer leaves the recorder before its line is on the disk',
    breaks: ['I4'],
    file: 'src/door/recorder/exchange.ts',
    from: 'writer.durable().then(hand, hand);',
    to: 'hand();',
    caughtBy: 'test/door/recorder/recorder.test.ts',
  },
  {
    name: 'the recorder sends a write before its line is on the disk',
    breaks: ['I1'],
    file: 'src/door/recorder/recorder.ts',
    from: 'writer.durable().then(send, () => (strict ? flight.unsent() : send()));',
    to: 'send();',
    caughtBy: 'test/door/recorder/recorder.test.ts',
  },
  {
    name: 'the recorder does not remember a bearer token',
    breaks: ['I10'],
    file: 'src/door/recorder/secrets.ts',
    from: '    this.learn(token);\n',
    to: '',
    caughtBy: 'test/door/recorder/secrets.test.ts',
  },
  {
    name: 'a span is the call of a tool that called another address',
    breaks: ['I4'],
    file: 'src/warehouse/import/otlp/spans.ts',
    from: ' || told.value.address !== request.address',
    to: '',
    caughtBy: 'test/warehouse/import/otlp/otlp.test.ts',
  },
  {
    name: 'how a refused call of a recording ended is forgotten',
    breaks: ['I4'],
    file: 'src/warehouse/import/rerun.ts',
    from: 'journal.append(outcome);\n    if (!wasAdmitted) return;',
    to: 'if (!wasAdmitted) return;\n    journal.append(outcome);',
    caughtBy: 'test/warehouse/import/import.test.ts',
  },
  {
    name: 'a recorded call overtakes one that is not answered yet',
    breaks: ['I8'],
    file: 'src/warehouse/import/recorded-lines.ts',
    from: 'mayWait) break;',
    to: 'mayWait) continue;',
    caughtBy: 'test/warehouse/import/recorded-lines.test.ts',
  },
];
