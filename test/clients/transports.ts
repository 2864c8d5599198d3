import { TRANSPORTS } from '../../src/cli/links.ts';

/** Which transports the clients are tried over: the default one. `INTERLOCK_CLIENTS=all`: every one. */
export const OVER = process.env['INTERLOCK_CLIENTS'] === 'all' ? TRANSPORTS : TRANSPORTS.slice(0, 1);
