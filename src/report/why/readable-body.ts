/** A body as a person reads it: JSON with its members below each other, a form with its fields decoded; the start of it. */
export function readableBody(text: string, max: number): string {
  const pretty = prettied(text);
  return pretty.length > max ? `${pretty.slice(0, max).toWellFormed()}… (+${pretty.length - max} characters)` : pretty;
}

function prettied(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    const isForm = /^[^\s{["<]+=/.test(text);
    return isForm ? [...new URLSearchParams(text)].map(([name, value]) => `${name} = ${value}`).join('\n') : text;
  }
}
