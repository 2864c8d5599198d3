/**
 * An object that inherits nothing, for keys that a client chose: `bag.toString` is `undefined`, `__proto__` a key like any
 * other. Unlike `Object.create(null)` it is in V8's fast mode, which halves the cost of filling it and of writing it as JSON.
 */
export class Bag {
  /** Empty at first, so it may be held as a record of anything. */
  [name: string]: never;
}
Object.setPrototypeOf(Bag.prototype, null);
Reflect.deleteProperty(Bag.prototype, 'constructor');
