/** Where the story of something stands. */
export const whyHref = (about: string): string => `/why?about=${encodeURIComponent(about)}`;
