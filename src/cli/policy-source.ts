import { fail, ok, type Result } from '../std/result.ts';
import type { PolicySource } from '../door/operations.ts';
import { formatProblem, readPolicy, type LoadedPolicy } from '../policy/index.ts';
import type { stageLinks } from '../stages/links.ts';
import { lackingIn, unaskedWords } from './standing-lines.ts';

/** The ways to upstreams that a door opened, for its agents under another policy; or what there is no way to. */
export type LinksUnder = (policy: LoadedPolicy) => Result<ReturnType<typeof stageLinks>, readonly string[]>;

export interface Source {
  /** What `serve` was given. */
  readonly file: string;
  readonly data: string;
  readonly mocked: boolean;
  readonly linksUnder: LinksUnder;
  readonly onReloaded: (policy: LoadedPolicy) => void;
}

/** A policy as a door in front of mocks takes it: mocks wake nobody, and nobody signs what they answered. */
export function ofMocks(policy: LoadedPolicy): LoadedPolicy {
  return { ...policy, notify: [], checkpoints: undefined };
}

/** Where a running door gets another policy from: the file that it was started with, read and checked as at a start. */
export function policySource({ file, data, mocked, linksUnder, onReloaded }: Source): PolicySource {
  return {
    read: async () => {
      const loaded = await readPolicy(file);
      if (!loaded.ok) return fail(loaded.failure.map((problem) => formatProblem(file, problem)));
      if (mocked) return ok(ofMocks(loaded.value));
      const unasked = unaskedWords(loaded.value);
      return unasked === undefined ? loaded : fail([unasked]);
    },
    link: linksUnder,
    lacking: (policy) => lackingIn(data, policy),
    onReloaded,
  };
}
