import { httpProxyTransport } from '../../../src/door/transports/http-proxy.ts';
import { undiciTransport } from '../../../src/door/transports/undici.ts';
import { transportConformance } from '../transport-conformance.ts';

transportConformance({ name: 'undici', create: undiciTransport, readsUnaskedContinue: false });
transportConformance({ name: 'http-proxy', create: httpProxyTransport, readsUnaskedContinue: true });
