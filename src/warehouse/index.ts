/** The warehouse: a journal, asked by SQL or by identifier. */
export { QueryFailed, type Parameter, type Parameters } from './database.ts';
export type { Row, Value } from './row.ts';
export { openWarehouse, type Warehouse } from './warehouse.ts';
