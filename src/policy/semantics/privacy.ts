import { parseField } from '../field.ts';
import { nearest, type Path } from '../problem.ts';
import { isPersonal, parsePerson, parsePlace, type Place } from '../privacy/place.ts';
import { placesOf, subjectFields } from '../privacy/privacy.ts';
import type { Report } from '../report.ts';
import type { PolicyFile } from '../schema.ts';
import { PERSONAL_FORM } from '../schema/privacy.ts';
import type { RouteFile } from '../schema/route.ts';
import { selects } from '../selector.ts';
import { parseSubject } from '../subject.ts';
import { parameters, parseTemplate } from '../template.ts';

/** Every `pii` and `person`: fields that there are, a person who can be named, and rules that see one thing as one. */
export function checkPrivacy(policy: PolicyFile, report: Report): void {
  for (const [id, route] of Object.entries(policy.routes)) {
    const path: Path = ['routes', id];
    checkPlaces(route, path, report);
    checkPerson(route, path, report);
    checkSubject(route, path, report);
  }
  checkSubjectsAgree(policy, report);
  checkSegments(policy, report);
}

const BODYLESS: readonly string[] = ['GET', 'HEAD'];

function checkPlaces(route: RouteFile, path: Path, report: Report): void {
  if (typeof route.pii === 'boolean') return;
  const template = parseTemplate(route.match);
  if (!template.ok) return;
  for (const [index, text] of route.pii.entries()) {
    const at = [...path, 'pii', index];
    const place = parsePlace(text);
    if (place === undefined) report.error(at, { message: `\`${text}\` is no field`, accepted: PERSONAL_FORM });
    else if (route.pii.indexOf(text) !== index) report.error(at, `\`${text}\` is named twice`);
    else checkPlace(place, text, template.value.method, parameters(template.value), at, report);
  }
}

function checkPlace(
  place: Place,
  text: string,
  method: string,
  params: readonly string[],
  at: Path,
  report: Report,
): void {
  if (place.kind === 'body' && BODYLESS.includes(method)) {
    return report.error(at, { message: `a ${method} has no body`, suggestion: `answer${text.slice('body'.length)}` });
  }
  if (place.kind === 'answer' && method === 'HEAD') return report.error(at, 'what a HEAD is answered has no body');
  if (place.kind !== 'param' || params.includes(place.name)) return;
  const elsewhere = BODYLESS.includes(method) ? 'answer' : 'body';
  const suggestion = nearest(place.name, params) ?? `${elsewhere}.${place.name}`;
  report.error(at, { message: `the path has no parameter \`{${place.name}}\``, suggestion });
}

function checkPerson(route: RouteFile, path: Path, report: Report): void {
  if (route.pii === false) {
    if (route.person === undefined) return;
    return report.error([...path, 'person'], { message: 'a person without `pii` has no effect', on: 'key' });
  }
  if (route.person === undefined) return;
  const at = [...path, 'person'];
  const person = parsePerson(route.person);
  if (!person.ok) return report.error(at, { message: person.failure, accepted: '"customer:{body.customer}"' });
  const template = parseTemplate(route.match);
  const params = template.ok ? parameters(template.value) : [];
  for (const part of person.value) {
    if (typeof part === 'string') continue;
    if (part.kind === 'param' && !params.includes(part.name)) {
      const suggestion = nearest(part.name, params) ?? `body.${part.name}`;
      report.error(at, { message: `the path has no parameter \`{${part.name}}\``, suggestion });
    }
    if (part.kind === 'answer' && !placesOf(route).some(({ kind }) => kind === 'answer')) {
      report.error(at, { message: '`pii` names nothing of the answer', accepted: 'a field of the request' });
    }
  }
}

/** What is recognised again can be guessed at, for as long as it is recognised. */
function checkSubject(route: RouteFile, path: Path, report: Report): void {
  if (subjectFields(route).length === 0) return;
  report.warn([...path, 'subject'], {
    message:
      "the subject is made of personal data: its pseudonym stays after an erasure, and whoever has the vault's key can test a guess; an id of the API's own leaves nothing to guess",
  });
}

/** One thing must have one name: in clear on one route and as a pseudonym on another, no rule would see that it is one. */
function checkSubjectsAgree({ routes }: PolicyFile, report: Report): void {
  const seen = new Map<string, { readonly id: string; readonly form: string }>();
  for (const [id, route] of Object.entries(routes)) {
    const subject = route.subject === undefined ? undefined : parseSubject(route.subject);
    if (subject?.ok !== true) continue;
    const places = route.pii === true ? [] : placesOf(route);
    const form = subject.value
      .map((part) => (typeof part === 'string' ? part : isPersonal(part, places) ? PERSONAL : '{}'))
      .join('');
    const [first] = subject.value;
    const kind = typeof first === 'string' ? first : '';
    const other = seen.get(kind);
    seen.set(kind, other ?? { id, form });
    if (other === undefined || other.form === form || !(form + other.form).includes(PERSONAL)) continue;
    const [sealing, open] = form.includes(PERSONAL) ? [id, other.id] : [other.id, id];
    report.error(['routes', id, 'subject'], {
      message: `\`${kind}…\` is personal data on \`${sealing}\` and not on \`${open}\`: no rule could tell that both mean the same`,
      accepted: 'the fields of the subject in `pii` on both, or on neither',
    });
  }
}

const PERSONAL = '{personal}';

/** A list of people in the policy is in the journal with it. */
function checkSegments({ agents, routes }: PolicyFile, report: Report): void {
  for (const [agent, { segment }] of Object.entries(agents)) {
    for (const [index, rule] of segment.entries()) {
      if (rule.customers === undefined) continue;
      const field = parseField(rule.by);
      const personal = Object.entries(routes).find(([id, route]) => {
        if (!selects(rule, id, route.effect)) return false;
        if (rule.by === 'subject') return subjectFields(route).length > 0;
        return field !== undefined && isPersonal(field, placesOf(route));
      });
      if (personal === undefined) continue;
      report.error(['agents', agent, 'segment', index, 'customers'], {
        message: `\`${rule.by}\` is personal data on \`${personal[0]}\`, and the journal keeps the policy in clear`,
        accepted: 'a share, or a field that is no personal data',
      });
    }
  }
}
