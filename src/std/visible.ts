/**
 * Characters that hide, or that change the order of what a person reads: controls, bidi overrides and isolates,
 * zero-width, tag and filler characters, lone surrogates, noncharacters ("Trojan Source", CVE-2021-42574; UTS #39).
 * Joiners and emoji selectors stay where scripts need them, and show only behind ASCII, where they disguise an id.
 */
const UNSEEN =
  /(?![\n\t])[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{NChar}\uFFF9-\uFFFB]|(?!\u200C|\u200D|\uFE0E|\uFE0F)\p{DI}|(?<=\p{ASCII})\p{DI}/gu;

/** More marks on one letter than any language stacks: they would paint over the lines around it. */
const STACKED = /(\p{M}{8})\p{M}+/gu;

/** Nobody reads further on one line; the rest is counted, and stands whole in `results.json`. */
export const TEXT_SHOWN_MAX = 2_000;

/** Text as a person may safely see it: each unseen character becomes `[U+202E]`, an overlong text ends in `… (+912)`. */
export function visible(text: string): string {
  const shown = visibleWhole(text);
  if (shown.length <= TEXT_SHOWN_MAX) return shown;
  const kept = shown
    .slice(0, TEXT_SHOWN_MAX)
    .toWellFormed()
    .replace(/\uFFFD$/, '');
  return `${kept}… (+${shown.length - kept.length})`;
}

/** The same, however long it is: for who must see all of it before saying yes. */
export function visibleWhole(text: string): string {
  return text.replace(UNSEEN, named).replace(STACKED, '$1[…]');
}

/** JSON text whose strings hold no unseen character: each is written as its escape, so parsing gives it back unchanged. */
export function visibleJson(json: string): string {
  return json.replace(UNSEEN, (character) => character.split('').map(escaped).join(''));
}

/** The same of a text that must stay on its line: what somebody else wrote must not look like a line of ours. */
export function visibleLine(text: string): string {
  return visibleJson(text).replaceAll('\n', String.raw`\n`);
}

const hex = (code: number): string => code.toString(16).toUpperCase().padStart(4, '0');
const named = (character: string): string => `[U+${hex(character.codePointAt(0) ?? 0)}]`;
const escaped = (unit: string): string => `\\u${hex(unit.charCodeAt(0)).toLowerCase()}`;
