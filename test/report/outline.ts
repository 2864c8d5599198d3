const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

/** The page's words as a reader meets them, headings marked by `#`: what a golden pins, without the markup's details. */
export function outline(page: string): string {
  return page
    .replace(/^[\s\S]*<main>/, '')
    .replace(/<div class="chart"[\s\S]*?<\/div>|<(svg|details)\b[\s\S]*?<\/\1>/g, '')
    .replace(/\s+/g, ' ')
    .replace(/<h([1-6])[^>]*>/g, (_, level: string) => `\n${'#'.repeat(Number(level))} `)
    .replace(/<\/(h\d|p|li|tr|dt|dd|ul|ol)>|<(td|p|li|tr|dt|dd)\b[^>]*>/g, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&(amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity)
    .replace(/\u00A0/g, ' ')
    .split('\n')
    .map((line) => line.replace(/ +/g, ' ').trim())
    .filter((line) => line !== '')
    .join('\n')
    .concat('\n');
}
