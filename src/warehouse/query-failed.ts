/** A statement that is not answered: it is wrong, would change something, reads what is none of its business, or takes too much. */
export class QueryFailed extends Error {
  override readonly name = 'QueryFailed';
}
