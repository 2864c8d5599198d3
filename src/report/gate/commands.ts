import type { Behind } from '../../gate/criterion.ts';
import { word } from '../../std/shell-word.ts';

/** How a reader opens what stands behind a number; a file is named as it is. */
export function openedBy(behind: Behind, data: string): string {
  if (behind.kind === 'query') return `interlock query --data ${word(data)} ${word(oneLine(behind.sql))}`;
  if (behind.kind === 'call') return `interlock why --data ${word(data)} ${word(behind.call)}`;
  return behind.kind === 'command' ? behind.command : behind.file;
}

const oneLine = (sql: string): string => sql.replaceAll(/\s*\n\s*/g, ' ').trim();
