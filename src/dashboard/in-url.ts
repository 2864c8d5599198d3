/** A text as part of an address. Half a surrogate pair, which a JSON body can bring, would make `encodeURIComponent` throw. */
export const inUrl = (text: string): string => encodeURIComponent(text.toWellFormed());
