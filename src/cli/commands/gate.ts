import path from 'node:path';
import type { CommandModule } from 'yargs';
import { fileName, keepAdvice } from '../../gate/advice.ts';
import type { Approval } from '../../gate/criteria/gate-case.ts';
import type { GateResult, GateVerdict } from '../../gate/criterion.ts';
import { gatherEvidence } from '../../gate/evidence/gather.ts';
import { harmCourse, type HarmCourse } from '../../gate/harm-course.ts';
import { judge } from '../../gate/verdict.ts';
import type { CheckpointSigner } from '../../journal/index.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import type { PromotionTerms, TargetTerms } from '../../policy/promotion.ts';
import { stageText } from '../../report/gate/words.ts';
import { writeGateReport, type GateReportFiles } from '../../report/gate/write.ts';
import { mockWarnings } from '../check/mocks.ts';
import { CommandFailed } from '../failure.ts';
import { approvalsFrom } from '../gate/approvals.ts';
import { askedOf, demandedOf } from '../gate/asked.ts';
import { endingWith } from '../gate/ending.ts';
import { findingsOf } from '../gate/findings.ts';
import { gateOptions, type GateArguments } from '../gate/options.ts';
import { promote, type Promoted } from '../gate/promote.ts';
import { gateText } from '../gate/text.ts';
import { placeOptions } from '../options.ts';
import { policyFrom } from '../policy-file.ts';
import { demandPlace } from '../probe/place.ts';
import { gateKeyFrom } from '../signing-key.ts';

/** What CI goes by. 3 is for `main.ts` to say: the gate could not look at all. */
const EXIT: Readonly<Record<GateVerdict, number>> = { PASS: 0, FAIL: 1, INCONCLUSIVE: 2 };

const EXITS =
  'Exit 0: PASS. Exit 1: FAIL, the evidence speaks against it. Exit 2: INCONCLUSIVE, evidence is missing. ' +
  'Exit 3: the gate could not look: a policy with a mistake, no journal, a file that cannot be read or written, ' +
  'an option that nobody understands.';

/** `interlock gate`: whether an agent has shown what a stage demands, and where it has, the promotion that says so. */
export const gate: CommandModule<object, GateArguments> = {
  command: 'gate',
  describe: 'Judge by the evidence whether an agent may go to a stage; sign its promotion where it may',
  builder: (yargs) =>
    yargs
      .options(gateOptions)
      .epilogue(EXITS)
      .example('$0 gate --agent refunds-bot --to limited', 'what it has shown, and what lacks')
      .example('$0 gate -a refunds-bot --to limited --key gate.key --approve "Kim: read the page"', ''),
  handler: (given) => endingWith(() => looked(given)),
};

/** Gives the exit code. */
async function looked(given: GateArguments): Promise<number> {
  const startedMs = performance.now();
  const loaded = await policyFrom(given.policy);
  const demanded = demandedOf(loaded, given.agent, given.to);
  const approvals = approvalsFrom(given.approve);
  const signer = signerOf(given, demanded.terms);
  const out = given.out ?? path.join('reports', 'gate', `${fileName(given.agent)}-${given.to}`);
  // Before minutes of looking, and not behind them.
  demandPlace('--out', out);
  const now = Date.now();
  const asked = await askedOf(given, loaded, demanded, { now, out });
  const gathered = await gatherEvidence(asked);
  if (!gathered.ok) throw new CommandFailed(gathered.failure);
  const evidence = gathered.value;
  // A journal of virtual days may lie ahead of this machine's clock.
  const result = judge(demanded.terms, evidence, Math.max(now, evidence.journal.head?.at ?? 0), approvals);
  const policy = { ...loaded, warnings: [...loaded.warnings, ...mockWarnings(loaded)] };
  const files = await writeGateReport(
    {
      result,
      courses: coursesOf(result, demanded.target),
      data: given.data,
      policy: { file: loaded.file, digest: loaded.digest, environment: loaded.environment },
      findings: findingsOf(policy, result, asked.probeFile),
      tookMs: performance.now() - startedMs,
    },
    out,
  ).catch((error: Error) => {
    throw new CommandFailed(error.message);
  });
  const promoted = signed(result, given, { loaded, terms: demanded.terms, approvals, signer });
  advise(given.data, result);
  tell(given, result, files, promoted);
  return EXIT[result.verdict];
}

/** The key, which must be one that the policy trusts: what another one signs, no door takes. */
function signerOf(given: GateArguments, { keys }: PromotionTerms): CheckpointSigner | undefined {
  const signer = gateKeyFrom({ key: given.key, keyEnv: given['key-env'] }, process.env);
  if (signer === undefined || keys.includes(signer.verifierKey)) return signer;
  throw new CommandFailed(
    `Failed to sign with the key \`${signer.log}\`: \`${given.policy}\` does not trust it. Under \`promotion: { keys: [...] }\` write ${signer.verifierKey}, or name a key that stands there.`,
  );
}

function coursesOf({ evidence, step }: GateResult, { evidence: first, each }: TargetTerms): readonly HarmCourse[] {
  const terms = step !== null && step > 1 ? (each ?? first) : first;
  return evidence.classes.filter(({ judged }) => judged.length > 0).map((of) => harmCourse(of, terms));
}

interface Signing {
  readonly loaded: LoadedPolicy;
  readonly terms: PromotionTerms;
  readonly approvals: readonly Approval[];
  readonly signer: CheckpointSigner | undefined;
}

function signed(result: GateResult, given: GateArguments, { signer, ...rest }: Signing): Promoted | undefined {
  if (result.verdict !== 'PASS' || signer === undefined) return undefined;
  return promote(result, { ...rest, signer, data: given.data, file: given.promotion });
}

/** A verdict that cannot be kept beside the journal is still a verdict: whoever looks is told less. */
function advise(data: string, result: GateResult): void {
  try {
    keepAdvice(data, result);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    console.error(`The verdict was not kept in \`${data}\`, so that \`status\` does not show it: ${why}.`);
  }
}

function tell(given: GateArguments, result: GateResult, files: GateReportFiles, promoted: Promoted | undefined): void {
  const { verdict, criteria } = result;
  if (given.json) {
    const promotion = promoted === undefined ? null : { file: promoted.file, id: promoted.promotion.id };
    return console.log(JSON.stringify({ verdict, criteria, files, promotion }));
  }
  const lines = [gateText(result, process.stdout.columns), '', `Evidence: ${files.html}`];
  if (verdict === 'PASS') lines.push(...next(given, result, promoted));
  console.log(lines.join('\n'));
}

/** What a PASS is for. */
function next(given: GateArguments, result: GateResult, promoted: Promoted | undefined): readonly string[] {
  const place = placeOptions(given);
  if (promoted === undefined) {
    return [
      `Nothing is signed yet. With the key that the policy trusts, the same again signs it: --key FILE, or --key-env NAME.`,
    ];
  }
  const { file, promotion } = promoted;
  const until = new Date(promotion.expiresAt).toISOString().slice(0, 10);
  return [
    `Signed: ${file}, for ${stageText(result)} until ${until}.`,
    `The door takes it by: interlock promotion admit ${file}${place}`,
  ];
}
