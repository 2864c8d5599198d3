import { codeOf, commentsOf, importsOf, resolve, type Source } from './source.ts';

/** A tidy rule: what it finds wrong with one file, or nothing. */
export type Rule = (source: Source) => readonly string[];

/** The order of `docs/design`: a layer imports itself and those before it. */
export const LAYERS =
  'std engine policy journal promotion door stages notify lab warehouse replay evidence gate report control dashboard cli'.split(
    ' ',
  );

const LINES_MAX = 400;
export const LINES_USUAL = 200;

/** The layer of a file under `src`; the root file `index.ts` stands above them all. */
function layerOf(path: string): string {
  const [, layer = '', ...rest] = path.split('/');
  return rest.length === 0 ? '' : layer;
}

/** Data flows one way. */
export const layers: Rule = (source) => {
  if (!source.path.startsWith('src/')) return [];
  const own = layerOf(source.path);
  if (own === '') return [];
  if (!LAYERS.includes(own)) return [`layer "${own}" is not in the list of layers`];
  return relative(source).flatMap((target) => {
    if (target === 'package.json') return [];
    if (!target.startsWith('src/')) return [`imports ${target}, which is not under src`];
    const other = layerOf(target);
    if (other === '') return [`imports ${target}, which stands above every layer`];
    return LAYERS.indexOf(other) > LAYERS.indexOf(own) ? [`${own} imports ${target}, a layer below its own`] : [];
  });
};

/** The page knows of the door only what the control API says; the contract's values are for its side of the wire too. */
export const pageStandsApart: Rule = (source) => {
  if (!source.path.startsWith('src/dashboard/')) return [];
  return relative(source)
    .filter((target) => !/^src\/(dashboard|control\/contract|std)\//.test(target))
    .map((target) => `the page imports ${target}`);
};

/** What is shipped beside `src` uses what its users could use. */
export const satellites: Rule = (source) => {
  const allowed = {
    mocks: ['mocks/', 'src/lab/', 'src/std/', 'src/index.ts'],
    scenarios: ['scenarios/', 'mocks/', 'src/lab/', 'src/index.ts'],
  };
  const [folder] = source.path.split('/');
  if (folder !== 'mocks' && folder !== 'scenarios') return [];
  return relative(source)
    .filter((target) => !allowed[folder].some((prefix) => target.startsWith(prefix)))
    .map((target) => `${folder} imports ${target}`);
};

function relative(source: Source): string[] {
  return importsOf(source).flatMap(({ from }) => (from.startsWith('.') ? [resolve(source.path, from)] : []));
}

const WORLD: readonly [string, RegExp][] = [
  ['the wall clock', /\bDate\.now\b|\bnew Date\b|\bDate\(|\bperformance\b/],
  ['timers', /\bset(Timeout|Interval|Immediate)\b|\bqueueMicrotask\b/],
  ['randomness', /\bMath\.random\b|\bcrypto\b/],
  ['the process', /\bprocess\b|\bglobalThis\b|\bconsole\b|\bfetch\(/],
];

/** `std` and `engine` are a function of their arguments: no clock, no randomness, no input or output, no packages. */
export const purity: Rule = (source) => {
  if (!/^src\/(std|engine)\//.test(source.path)) return [];
  const code = codeOf(source.text);
  return [
    ...importsOf(source).flatMap(({ from }) => (from.startsWith('.') ? [] : [`imports ${from}`])),
    ...WORLD.flatMap(([what, pattern]) => (pattern.test(code) ? [`reaches for ${what}`] : [])),
  ];
};

/** `verify.ts`, and what its parts in folders of the journal are called. */
const VERIFIER = /^src\/journal\/([a-z]+\/)?verify(-[a-z]+)?\.ts$/;

/** Verification shares no code with those who write, so that a fault of theirs cannot hide itself. */
export const verifierStandsAlone: Rule = (source) => {
  if (!VERIFIER.test(source.path)) return [];
  return importsOf(source).flatMap(({ from, typesOnly }) =>
    typesOnly || from.startsWith('node:') || VERIFIER.test(resolve(source.path, from)) ? [] : [`imports ${from}`],
  );
};

export const lines = ({ text }: Source): number => text.split('\n').length - 1;

export const length: Rule = (source) =>
  lines(source) > LINES_MAX ? [`${lines(source)} lines; split it, ${LINES_MAX} is the most`] : [];

export const names: Rule = ({ path }) => {
  const [file = '', ...folders] = path.split('/').toReversed();
  const vague = [file.replace(/(\.test|\.d)?\.tsx?$/, ''), ...folders].filter((name) =>
    /^(utils?|helpers?|managers?|common|misc)$|-(utils?|helpers?|manager)$/.test(name),
  );
  return vague.map((name) => `"${name}" does not say what is in it`);
};

/** `index.ts` is a layer's door, or the list of guards or rule kinds. */
export const doors: Rule = ({ path }) =>
  /(^|\/)index\.tsx?$/.test(path) &&
  !/^(src\/([a-z]+\/)?|src\/engine\/guards\/|src\/policy\/rules\/|mocks\/|scenarios\/)index\.tsx?$/.test(path)
    ? ['`index.ts` stands only at the door of a layer']
    : [];

const ESCAPES: readonly [string, RegExp][] = [
  ['`any`', /(:|\bas|<|\||,|\bextends)\s*any\b(?!\s*:)/],
  ['`.only`', /\b(it|test|describe)(\.\w+)*\.only\b/],
  ['`enum` or `namespace`', /^\s*(export\s+)?(const\s+)?(enum|namespace)\s/m],
];

/** Ways around the compiler and the tests. A test is skipped only with its reason in a comment on the line above. */
export const noEscapes: Rule = ({ text }) => {
  const code = codeOf(text);
  const skips = text.split('\n').filter((line, index, all) => {
    const skipped = /\b(it|test|describe)(\.\w+)*\.(skip|todo|fails)\b/.test(codeOf(line));
    return skipped && !/^\s*(\/\/|\*\/|\/\*\*)/.test(all[index - 1] ?? '');
  });
  return [
    ...ESCAPES.flatMap(([what, pattern]) => (pattern.test(code) ? [`uses ${what}`] : [])),
    ...(/@ts-(ignore|nocheck)/.test(commentsOf(text)) ? ['silences the compiler'] : []),
    ...skips.map((line) => `skips a test without a reason: ${line.trim()}`),
  ];
};

export const RULES: Readonly<Record<string, Rule>> = {
  layers,
  pageStandsApart,
  satellites,
  purity,
  verifierStandsAlone,
  length,
  names,
  doors,
  noEscapes,
};
