import { inUrl } from '../in-url.ts';
/** Where the story of something stands. */
export const whyHref = (about: string): string => `/why?about=${inUrl(about)}`;
