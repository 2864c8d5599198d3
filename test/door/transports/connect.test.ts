import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { connector } from '../../../src/door/transports/connect.ts';
import { rawUpstream } from '../raw-upstream.ts';

const limits = { headTimeoutMs: 60_000, idleTimeoutMs: 60_000, connectionsMax: 1 };

describe('a connection being made', () => {
  afterEach(() => vi.useRealTimers());

  test('is given up after ten seconds, though an answer may take longer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const upstream = await rawUpstream(() => undefined, { silent: true });
    onTestFinished(() => upstream.close());
    const outcomes: (Error | null)[] = [];
    connector(new URL(`https://${upstream.origin.host}`), limits, { network: 'loopback' })((error) =>
      outcomes.push(error),
    );
    await upstream.accepted(1);
    vi.advanceTimersByTime(9_999);
    expect(outcomes).toEqual([]);
    vi.advanceTimersByTime(1);
    await upstream.deserted();
    expect(outcomes).toEqual([new Error('no connection in 10000 ms')]);
  });
});
