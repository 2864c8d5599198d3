/** What narrows a search; all of it may be empty. */
type Asked = Readonly<Record<'agent' | 'route' | 'verdict' | 'about' | 'from' | 'to', string>>;

/** Anybody can write an address: what is no minute in it is none. */
export const minuteIn = (text: string): string =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text) && !Number.isNaN(Date.parse(`${text}Z`)) ? text : '';

/** What the control API is asked. The minute that it ends with is wanted whole. */
export function asked({ agent, route, verdict, about, from, to }: Asked, before: number | null): string {
  const query = Object.entries({
    agent,
    route,
    verdict,
    about,
    from: from === '' ? '' : `${from}:00.000Z`,
    to: to === '' ? '' : `${to}:59.999Z`,
    before: before === null ? '' : String(before),
  });
  return new URLSearchParams(query.filter(([, value]) => value !== '')).toString();
}
