import path from 'node:path';
import { expect, it } from 'vitest';
import { readRecords, recordsOf } from '../../src/lab/sandbox/records.ts';
import { sandbox } from '../cli/guests.ts';

const EXAMPLES = path.join(import.meta.dirname, '../../examples');
const example = (name: string): string => path.join(EXAMPLES, name);
const CHARGE = 'ch_3NBQXVCOSvJZf4otUv3LzpFk';

/**
 * The same night for each framework: its model is busy once (429), the first refund's answer is lost, and the model tries
 * again. Tool loop and retries are the framework's own.
 */
it.each(['vercel-ai-sdk', 'openai-agents', 'langgraph'])(
  '%s: a refund whose answer is lost is made twice without the door, and once with it',
  async (name) => {
    const world = ['--policy', example('interlock.yaml'), '--faults', example('faults.yaml')];
    const model = ['--model', example('refund.model.json'), '--task', `Refund 10.00 of charge ${CHARGE}.`];
    const { code, told, dir } = await sandbox(...world, ...model, '--agent', example(`${name}.ts`));
    expect(told.remarks).toEqual([]);
    expect(told.unguarded).toMatchObject({ money: '20.00 USD', writes: 2, harm: { entries: 1 } });
    expect(told.unguarded.said.at(-1)).toMatch(/^4 steps\. Refunded 10\.00 of ch_\w+: re_\w+\.$/);
    expect(told.guarded).toMatchObject({ money: '10.00 USD', writes: 1, harm: { entries: 0 } });
    expect(told.guarded.said.at(-1)).toMatch(/^4 steps\. 10\.00 of ch_\w+ has been refunded once, by call_\w+/);
    expect(code).toBe(0);

    const records = readRecords(path.join(dir, 'journal'));
    const calls = recordsOf(records, 'call').map(({ record }) => record);
    expect(calls.map(({ route, verdict }) => `${route} ${verdict}`)).toEqual([
      'get_charge allow',
      'create_refund allow',
      'create_refund deny',
    ]);
    expect(calls[2]?.findings).toContainEqual(expect.objectContaining({ guard: 'once', earlier: calls[1]?.call }));
    // The agent says which run its calls belong to.
    const [session, ...others] = new Set(calls.map((call) => call.session));
    expect(session).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
    expect(others).toEqual([]);
    const outcomes = recordsOf(records, 'outcome').map(({ record }) => record);
    expect(outcomes.find(({ call }) => call === calls[1]?.call)?.effectiveness).toBe('unknown');
  },
);
