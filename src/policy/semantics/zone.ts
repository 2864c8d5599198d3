import { isTimeZone } from '../../std/calendar.ts';
import type { Path } from '../problem.ts';
import type { Report } from '../report.ts';
import type { SharedBudgetFile } from '../rules/budget.ts';

export const ZONE_FORM = 'an IANA time zone: America/New_York, UTC';

/** A calendar day begins somewhere; a rolling window does not. */
export function calendarFault(
  { per, timezone }: Pick<SharedBudgetFile, 'per' | 'timezone'>,
  path: Path,
  report: Report,
): void {
  if (per === 'day' && timezone === undefined) {
    return report.error([...path, 'per'], {
      message: '`per: day` needs a `timezone`: a day begins somewhere',
      accepted: ZONE_FORM,
    });
  }
  if (per !== 'day' && timezone !== undefined) {
    const message = `a window of ${per} that rolls has no \`timezone\`; \`per: day\` is the calendar day`;
    return report.error([...path, 'timezone'], { message, on: 'key' });
  }
  if (timezone !== undefined && !isTimeZone(timezone)) {
    report.error([...path, 'timezone'], { message: `\`${timezone}\` is no time zone`, accepted: ZONE_FORM });
  }
}
