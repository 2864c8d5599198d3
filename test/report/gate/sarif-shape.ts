/**
 * What the schema of SARIF 2.1.0 requires of the parts that we write, and the values it allows there
 * (docs.oasis-open.org/sarif/sarif/v2.1.0). There is no network in a test, so it is written out here.
 */

type Check = (value: unknown, path: string) => readonly string[];

const text: Check = (value, path) => (typeof value === 'string' && value !== '' ? [] : [`${path} is no text`]);
const positive: Check = (value, path) =>
  Number.isInteger(value) && (value as number) >= 1 ? [] : [`${path} is no number from 1 on`];
const index: Check = (value, path) =>
  Number.isInteger(value) && (value as number) >= -1 ? [] : [`${path} is no index`];
const flag: Check = (value, path) => (typeof value === 'boolean' ? [] : [`${path} is no boolean`]);
const oneOf =
  (...allowed: readonly unknown[]): Check =>
  (value, path) =>
    allowed.includes(value) ? [] : [`${path} is none of ${allowed.join(', ')}`];
const uri: Check = (value, path) =>
  typeof value === 'string' && /^[\w\-.~:/?#[\]@!$&'()*+,;=%]+$/.test(value) ? [] : [`${path} is no URI reference`];

const list =
  (each: Check, least = 0): Check =>
  (value, path) => {
    if (!Array.isArray(value)) return [`${path} is no list`];
    return [
      ...(value.length < least ? [`${path} has fewer than ${least}`] : []),
      ...value.flatMap((one, at) => each(one, `${path}[${at}]`)),
    ];
  };

/** An object with those members and no others; those named with a `?` may be missing. */
const object =
  (members: Readonly<Record<string, Check>>): Check =>
  (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${path} is no object`];
    const given = value as Readonly<Record<string, unknown>>;
    const known = new Map(Object.entries(members).map(([name, check]) => [name.replace('?', ''), check]));
    return [
      ...Object.keys(members).flatMap((name) => (name.endsWith('?') || name in given ? [] : [`${path} lacks ${name}`])),
      ...Object.entries(given).flatMap(([name, member]) => {
        const check = known.get(name);
        return check === undefined ? [`${path}.${name} is unknown`] : check(member, `${path}.${name}`);
      }),
    ];
  };

const strings: Check = (value, path) =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, one]) => text(one, `${path}.${name}`))
    : [`${path} is no object`];

const message = object({ text });
const level = oneOf('none', 'note', 'warning', 'error');

const rule = object({
  id: text,
  'name?': text,
  'shortDescription?': message,
  'fullDescription?': message,
  'help?': message,
  'defaultConfiguration?': object({ level }),
});

const location = object({
  physicalLocation: object({
    artifactLocation: object({ uri, 'uriBaseId?': text }),
    region: object({ startLine: positive, 'startColumn?': positive }),
  }),
  'logicalLocations?': list(object({ fullyQualifiedName: text })),
});

const result = object({
  ruleId: text,
  ruleIndex: index,
  level,
  kind: oneOf('notApplicable', 'pass', 'fail', 'review', 'open', 'informational'),
  message,
  locations: list(location, 1),
  partialFingerprints: strings,
});

const run = object({
  tool: object({ driver: object({ name: text, 'version?': text, 'semanticVersion?': text, rules: list(rule) }) }),
  'automationDetails?': object({ id: text }),
  'invocations?': list(object({ executionSuccessful: flag })),
  'columnKind?': oneOf('utf16CodeUnits', 'unicodeCodePoints'),
  results: list(result),
});

const log = object({ $schema: uri, version: oneOf('2.1.0'), runs: list(run) });

/** What is wrong with a SARIF log; empty: nothing. */
export const sarifFaults = (value: unknown): readonly string[] => log(value, 'log');
