import type { Json } from '../../std/canonical-json.ts';
import { isNode, type Node } from './document.ts';

/** One media type that a body may have, and its schema. */
export interface Media {
  readonly type: string;
  /** `undefined`: the type is all that is described. */
  readonly schema: Json | undefined;
}

/** The `content` of a request body or response, by media type without parameters. */
export function mediaOf(content: Json | undefined): readonly Media[] {
  return Object.entries(isNode(content) ? content : {}).map(([type, media]) => ({
    type: plainType(type),
    schema: (isNode(media) ? (media as Node) : {}).schema,
  }));
}

/** The most specific description that covers a type: itself, `application/*`, then any. */
export function coveringMedia<M extends Media>(media: readonly M[], type: string): M | undefined {
  const family = `${type.split('/', 1)[0]}/*`;
  for (const wanted of [type, family, '*/*']) {
    const found = media.find((one) => one.type === wanted);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `application/json; charset=utf-8` → `application/json` */
export function plainType(type: string): string {
  return (type.split(';', 1)[0] as string).trim().toLowerCase();
}

export function isJsonType(type: string): boolean {
  return /^application\/(?:[\w.-]+\+)?json$/.test(type);
}
