import type { TLSSocket } from 'node:tls';
import type { ControlFile } from './control-file.ts';

/** What a command says to the control API. */
export interface ControlRequest {
  readonly method?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

/**
 * Asks the door that left this control file. By TLS, exactly the certificate in the file is trusted, and nothing else is asked
 * of it: not who signed it, not for which name, not until when. A kill must work on the day it has expired.
 */
export async function controlFetch(
  { url, certificate }: Pick<ControlFile, 'url' | 'certificate'>,
  path: string,
  request: ControlRequest,
): Promise<Response> {
  if (certificate === undefined) return fetch(url + path, request);
  // Loaded only where there is TLS: `kill` must not wait for what it does not need.
  const { Agent, buildConnector, fetch: pinned } = await import('undici');
  const { X509Certificate } = await import('node:crypto');
  const trusted = new X509Certificate(certificate).raw;
  const connect = buildConnector({ rejectUnauthorized: false });
  const dispatcher = new Agent({
    connect: (options, callback) =>
      connect(options, (...[error, socket]) => {
        if (error !== null) return callback(error, null);
        // Before a byte of the request, and with it the token, is sent.
        const shown = (socket as TLSSocket).getPeerX509Certificate?.()?.raw;
        if (shown?.equals(trusted) === true) return callback(null, socket);
        socket.destroy();
        callback(new Error(`${url} shows another certificate than the door that wrote control.json`), null);
      }),
  });
  return pinned(url + path, { ...request, dispatcher });
}
