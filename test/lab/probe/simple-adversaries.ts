import fc from 'fast-check';
import type { Adversary } from '../../../src/lab/adversaries/adversary.ts';
import { writeRequest } from '../../../src/lab/adversaries/ground/write-request.ts';
import type { Fault } from '../../../src/lab/world/faults.ts';

const FAULTS: readonly (Fault | undefined)[] = [
  undefined,
  undefined,
  undefined,
  { kind: 'reset', when: 'after' },
  { kind: 'status', status: 503 },
  { kind: 'hang', commit: true },
];

/** Calls every route of the policy that moves money, on few subjects, for few amounts. */
export const spender: Adversary = {
  name: 'spender',
  title: 'Spends.',
  moves: ({ operations, agents, ids }) =>
    operations
      .filter(({ route, amountAt }) => route !== null && amountAt !== undefined)
      .map((operation) =>
        fc
          .record({
            agent: fc.nat({ max: agents.length - 1 }),
            subject: fc.nat({ max: 5 }),
            cents: fc.constantFrom(100, 999, 1_000, 2_000, 4_999, 5_000),
            fault: fc.constantFrom(...FAULTS),
            times: fc.integer({ min: 1, max: 6 }),
          })
          .map(({ agent, subject, cents, fault, times }) => {
            const field = operation.fields[operation.subjectAt ?? ''];
            const known = field?.kind === 'id' ? (ids[field.of] ?? []) : [];
            const values = {
              ...(operation.subjectAt !== undefined && {
                [operation.subjectAt]: known[subject % known.length] ?? 'none',
              }),
              ...(operation.amountAt !== undefined && { [operation.amountAt]: cents }),
              ...(operation.currencyAt !== undefined && { [operation.currencyAt]: 'usd' }),
            };
            const request = writeRequest(operation, values);
            const by = agents[agent]?.id ?? '';
            return {
              run(arena) {
                const grant = arena.grant(by, 'a task');
                for (let time = 0; time < times; time += 1) arena.call(grant, request, fault && { fault });
              },
              toString: () => `spender: ${times} × ${operation.template} ${JSON.stringify(values)} by ${by}`,
            };
          }),
      ),
};

/** Lets time pass, up to a day at a time, and stops a moment beside round numbers. */
export const sleeper: Adversary = {
  name: 'sleeper',
  title: 'Sleeps.',
  moves: () => [
    fc
      .tuple(fc.constantFrom(0, 60_000, 3_600_000, 6 * 3_600_000, 86_400_000), fc.integer({ min: -1, max: 1 }))
      .map(([ms, beside]) => ({
        run: (arena) => arena.wait(Math.max(0, ms + beside)),
        toString: () => `sleeper: ${ms + beside} ms`,
      })),
  ],
};

/** Pulls the plug. */
export const plug: Adversary = {
  name: 'plug',
  title: 'Pulls the plug.',
  moves: () => [fc.constant({ run: (arena) => arena.restart(), toString: () => 'plug: restart' })],
};

export const simpleAdversaries: readonly Adversary[] = [spender, sleeper, plug];
