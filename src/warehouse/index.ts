/** The warehouse: a journal, asked by SQL or by identifier. */
export { openArchive, type OpenArchive } from './archive/open-archive.ts';
export type { Chunk } from './database.ts';
export { namedQueries, namedQuery, type NamedQuery, type Variables } from './named.ts';
export { QueryFailed } from './query-failed.ts';
export { MICROS, type Row, type Value } from './row.ts';
export { seal, SealFailed, type SealSummary } from './seal/seal.ts';
export { openWarehouse, type Warehouse } from './warehouse.ts';
