declare const brand: unique symbol;

/** `Brand<string, 'AgentId'>` is a string that only a parser at the boundary may call an agent's id. */
export type Brand<Base, Name extends string> = Base & { readonly [brand]: Name };
