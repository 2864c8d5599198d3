import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allowed } from '../../../src/control/log/fields.ts';
import { openLogger, type Format, type Level, type Logger } from '../../../src/control/log/logger.ts';
import { JournalFailed } from '../../../src/journal/errors.ts';
import { InvariantBroken } from '../../../src/std/assert.ts';

function logger(format: Format = 'json', level: Level = 'trace'): Logger & { readonly lines: string[] } {
  const lines: string[] = [];
  return { ...openLogger({ level, format, write: (line) => lines.push(line) }), lines };
}

describe('a line of the log', () => {
  test('is one JSON object, or one line for people', () => {
    const json = logger();
    json.line('info', 'denied', { call: 'call_1a', agent: 'refunds-bot', status: 403, seq: 7 });
    expect(json.lines).toHaveLength(1);
    expect(JSON.parse(json.lines[0] as string)).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      call: 'call_1a',
      agent: 'refunds-bot',
      status: 403,
      seq: 7,
      msg: 'denied',
    });
    const text = logger('text');
    text.line('warn', 'denied', { call: 'call_1a', agent: 'refunds-bot' });
    expect(text.lines.join('')).toMatch(
      /^\d{4}-\d\d-\d\d [\d:.]+Z warn {2}denied {2}call=call_1a {2}agent=refunds-bot\n$/,
    );
  });

  test('below the level nothing is written', () => {
    const quiet = logger('json', 'warn');
    quiet.line('info', 'x');
    expect([quiet.lines, quiet.writes('info'), quiet.writes('warn')]).toEqual([[], false, true]);
  });

  test('has no place for a field that is not on the list, nor for a value that is not of its form', () => {
    const given = {
      subject: 'charge:ch_1',
      target: '/v1/refunds?email=anna@example.com',
      call: 'call_x\n{"level":"fatal"}',
      agent: 'Anna Berger',
      reason: 'refund for Anna',
      status: '200',
      failure: 'reset',
      constructor: 'x',
      ms: Number.NaN,
    };
    expect(allowed(given)).toEqual({ failure: 'reset' });
  });

  test('whatever is given, each value kept is of its own form and each key on the list', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.double(), fc.object())), (given) => {
        const json = logger();
        json.line('info', 'x', given);
        const {
          level: _l,
          time: _t,
          msg: _m,
          ...kept
        } = JSON.parse(json.lines[0] as string) as object & {
          level: unknown;
          time: unknown;
          msg: unknown;
        };
        expect(kept).toEqual(allowed(given));
        expect(json.lines[0]?.split('\n')).toHaveLength(2);
      }),
    );
  });
});

describe('a fault in the log', () => {
  const faultOf = (error: unknown): Record<string, string> => {
    const json = logger();
    json.fault(error);
    return JSON.parse(json.lines[0] as string) as Record<string, string>;
  };

  test('of ours is told in its own words, with where it was thrown', () => {
    const told = faultOf(new InvariantBroken('a record has its place'));
    expect(told).toMatchObject({ level: 'warn', error: 'InvariantBroken', msg: 'a record has its place' });
    expect(told['frames']).toContain('logger.test.ts');
    expect(faultOf(new JournalFailed('Failed to write the journal in x: EIO.'))['msg']).toContain('EIO');
  });

  test('of the system names its code and what was asked', () => {
    const error = Object.assign(new Error('EIO: i/o error, write'), { code: 'EIO', syscall: 'write' });
    expect(faultOf(error)).toMatchObject({ code: 'EIO', msg: 'EIO: i/o error, write' });
  });

  test.each([
    ['a parser that quotes what it could not parse', () => JSON.parse('{"card": 4242424242424242x}') as unknown],
    [
      'a value that nobody thought of',
      () => {
        throw new InvariantBroken('unreachable: "4242424242424242"');
      },
    ],
    [
      'a text that is thrown as it is',
      () => {
        throw '4242424242424242' as unknown as Error;
      },
    ],
    [
      'words that look like a frame',
      () => {
        throw new Error('x\n    at f (/4242424242424242:1:1)\n    at /4242424242424242:1:1');
      },
    ],
    [
      'words that were changed later',
      () => {
        const error = new Error('x\n    at f (/4242424242424242:1:1)');
        error.message = 'y';
        throw error;
      },
    ],
  ])('whose words may hold what an agent wrote is told without them: %s', (_, broken) => {
    let thrown: unknown;
    try {
      broken();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeDefined();
    const told = JSON.stringify(faultOf(thrown));
    expect(told).not.toContain('4242');
    expect(told).toMatch(/not shown/);
  });
});
