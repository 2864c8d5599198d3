import type { Json } from '../../std/canonical-json.ts';
import { deref, isNode, type OpenApiDocument } from '../openapi/document.ts';

/** What a document shows as an example of a whole body: of a media type's `example`, or the first of its `examples`. */
export function exampleOf(document: OpenApiDocument, media: Json | undefined): Json | undefined {
  if (!isNode(media)) return undefined;
  if (media.example !== undefined) return media.example;
  const [first] = Object.values(isNode(media.examples) ? media.examples : {});
  const target = deref(document, first);
  return target.ok ? target.value?.value : undefined;
}
