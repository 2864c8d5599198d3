import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Adapter, RigOptions } from './rig.ts';
import { answer } from '../raw-upstream.ts';
import { ELSEWHERE, LOOPBACK } from './identities.ts';
import { rig } from './rig.ts';

/** Whom the key is shown to (L22): an upstream that proves to be the one named, and nobody else. */
export function tlsConformance(adapter: Adapter): void {
  describe('TLS', () => {
    afterEach(() => vi.unstubAllEnvs());

    const refused: readonly [name: string, options: RigOptions][] = [
      ['a self-signed upstream', { tls: LOOPBACK }],
      ['an upstream of another authority', { tls: LOOPBACK, ca: ELSEWHERE.cert }],
      ['an upstream of another name', { tls: ELSEWHERE, ca: ELSEWHERE.cert }],
      ['an upstream that speaks no TLS', { origin: (real) => new URL(`https://${real.host}`), silent: true }],
    ];
    test.each(refused)('%s gets not one byte of a request', async (name, options) => {
      const patience = name.includes('no TLS') ? { headTimeoutMs: 60 } : {};
      const { send, upstream } = await rig(adapter, (_, wire) => wire.send(answer(200)), { ...options, ...patience });
      const got = send({ method: 'POST', headers: ['host', 'elsewhere.test', 'authorization', 'Bearer K'] });
      expect(await got.over).toMatchObject({ kind: 'failed', sent: 'no' });
      await upstream.deserted();
      expect(upstream.requests).toEqual([]);
    });

    test('the environment cannot turn verification off', async () => {
      vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
      const { send, upstream } = await rig(adapter, (_, wire) => wire.send(answer(200)), { tls: LOOPBACK });
      expect(await send().over).toMatchObject({ code: 'refused', sent: 'no' });
      expect(upstream.receivedBytes).toBe(0);
    });

    test('an upstream of a private authority is trusted where that authority is given', async () => {
      const { send, upstream } = await rig(adapter, (_, wire) => wire.send(answer(200, {}, 'ok')), {
        tls: LOOPBACK,
        ca: LOOPBACK.cert,
        connectionsMax: 1,
      });
      const all = [
        send(),
        send({ method: 'POST', body: Buffer.from('{}') }),
        send({ headers: ['host', 'other.test'] }),
      ];
      for (const each of all) expect(await each.over).toEqual({ kind: 'ended' });
      expect(upstream.requests.map((request) => request.method)).toEqual(['GET', 'POST', 'GET']);
    });
  });
}
