/**
 * An object that inherits nothing, for keys that a client chose: `bag.toString` is `undefined`, `__proto__` a key like any
 * other. Unlike `Object.create(null)` it is in V8's fast mode, which halves the cost of filling it and of writing it as JSON.
 */
export const Bag = function Bag() {} as unknown as new <Value>() => Record<string, Value>;
Bag.prototype = Object.create(null);
