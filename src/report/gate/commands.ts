import type { Behind } from '../../gate/criterion.ts';
import { word } from '../shadow/commands.ts';

/** How a reader opens what stands behind a number; a file is named as it is. */
export function openedBy(behind: Behind, data: string): string {
  switch (behind.kind) {
    case 'query':
      return `interlock query --data ${word(data)} ${word(oneLine(behind.sql))}`;
    case 'call':
      return `interlock why --data ${word(data)} ${word(behind.call)}`;
    case 'command':
      return behind.command;
    case 'file':
      return behind.file;
  }
}

const oneLine = (sql: string): string => sql.replaceAll(/\s*\n\s*/g, ' ').trim();
