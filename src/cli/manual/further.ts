/** What the definition of a command does not say and its manual does: by the words it is called with. */
export interface Further {
  readonly examples?: readonly (readonly [line: string, about: string])[];
  /** Beyond those of {@link EXIT_CODES}, or instead. */
  readonly exit?: Readonly<Record<number, string>>;
}

/** What every command ends with, unless its own say otherwise. */
export const EXIT_CODES: Readonly<Record<number, string>> = {
  0: 'done',
  1: 'refused, or it failed: what, why and the next step stand on stderr',
  2: 'a command line that nobody understands',
};

export const FILES: readonly (readonly [file: string, about: string])[] = [
  ['interlock.yaml', 'the policy; --policy names another'],
  ['.interlock', 'the data directory: journal, snapshots, sealed personal data; --data names another'],
  [
    '.interlock/control.json',
    'how commands reach the running door, with the token of this machine; its owner alone may read it',
  ],
];

export const ENVIRONMENT: readonly (readonly [name: string, about: string])[] = [
  ['the variable of each `credential:`', 'an upstream’s key; read by `serve` alone, which forgets it'],
  ['NO_COLOR', 'no colours on a terminal (https://no-color.org)'],
];

const HELD: Further = {
  examples: [
    ['$0 approve call_3f1c --by ann --reason "the order was cancelled"', ''],
    ['$0 approve', 'at a terminal: choose, look, say yes'],
  ],
};

export const FURTHER: Readonly<Record<string, Further>> = {
  serve: { exit: { 74: 'the journal failed: nothing was forwarded after that; verify it before the next start' } },
  sandbox: { exit: { 1: 'a promise did not hold, or it failed' } },
  probe: { exit: { 0: 'nothing was found', 1: 'a hole was found', 2: 'it could not search' } },
  gate: { exit: { 0: 'PASS', 1: 'FAIL', 2: 'INCONCLUSIVE', 3: 'it could not look' } },
  doctor: {
    examples: [
      ['$0 doctor', 'looks, and touches nothing'],
      ['$0 doctor --touch-upstream --page', 'also asks each upstream without a key, and sends a test page'],
      ['$0 doctor --drill drill --yes', 'also kills and resumes the agent for drills, and measures it'],
      ['$0 doctor --as-agent --door http://127.0.0.1:4747', 'from where an agent runs'],
    ],
    exit: {
      0: 'all is well, as far as anybody looked',
      1: 'there is something to look at, or it could not look',
      2: 'something is wrong, or a command line that nobody understands',
    },
  },
  status: {
    examples: [
      ['$0 status', ''],
      ['$0 status --watch --every 2', ''],
      ['$0 status --json', 'for programs, as in a pipe'],
    ],
  },
  tail: {
    examples: [
      ['$0 tail', ''],
      ['$0 tail -n 50 --agent refunds-bot --verdict deny', ''],
      ['$0 tail --json --no-follow --outcomes', 'what was, for programs'],
    ],
    exit: { 0: 'Ctrl-C, or whoever reads has gone' },
  },
  kill: {
    examples: [
      ['$0 kill refunds-bot --reason "it loops"', ''],
      ['$0 kill --all --reason "the bank called"', 'everybody, in one step'],
    ],
  },
  freeze: { examples: [['$0 freeze refunds-bot --reason "let me look"', 'what is in flight may finish']] },
  resume: { examples: [['$0 resume refunds-bot --by ann --reason "the loop is fixed in 1.4.3"', '']] },
  demote: { examples: [['$0 demote --agent refunds-bot --by ann --reason "wrong amounts"', '']] },
  holds: {
    examples: [
      ['$0 holds', ''],
      ['$0 holds --call call_3f1c', 'the whole request'],
    ],
  },
  approve: HELD,
  reject: { examples: [['$0 reject call_3f1c --by ann --reason "not what the customer asked"', '']] },
  baseline: { examples: [['$0 baseline --help', 'what it learns from']] },
  page: { examples: [['$0 page test', '']] },
  'page test': { examples: [['$0 page test --channel pagerduty', '']] },
  audit: { examples: [['$0 audit verify', '']] },
  'audit verify': {
    examples: [['$0 audit verify --data .interlock', '']],
    exit: { 1: 'damaged, or it could not look' },
  },
  policy: { examples: [['$0 policy diff new.yaml', '']] },
  promotion: { examples: [['$0 promotion show promotion.json', '']] },
  templates: { examples: [['$0 templates learn', '']] },
  help: {
    examples: [
      ['$0 help', ''],
      ['$0 help grant create', ''],
      ['$0 help --man kill', 'as a manual page'],
    ],
  },
  completion: {
    examples: [
      ['$0 completion bash > ~/.local/share/bash-completion/completions/interlock', ''],
      ['$0 completion zsh > ~/.zfunc/_interlock', ''],
      ['$0 completion fish > ~/.config/fish/completions/interlock.fish', ''],
    ],
  },
};
