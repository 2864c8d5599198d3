import { hash } from 'node:crypto';

/** The entity tag of a body that no upstream gave: another body has another. */
export function madeEtag(body: string, isWeak: boolean): string {
  return `${isWeak ? 'W/' : ''}"shadow-${hash('sha256', body).slice(0, 24)}"`;
}

/** The tags of an `If-Match` or `If-None-Match`; `*` stands for any (RFC 9110, 13.1). */
export function tagsOf(header: string | undefined): readonly string[] {
  if (header === undefined) return [];
  return header.trim() === '*' ? ['*'] : (header.match(/(?:W\/)?"[^"]*"/g) ?? []);
}

/** The weak comparison (RFC 9110, 8.8.3.2). */
export function isTagged(tags: readonly string[], etag: string): boolean {
  const plain = (tag: string): string => tag.replace(/^W\//, '');
  return tags.some((tag) => tag === '*' || plain(tag) === plain(etag));
}
