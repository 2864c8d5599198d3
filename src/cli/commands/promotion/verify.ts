import type { CommandModule } from 'yargs';
import type { AgentId } from '../../../engine/ids.ts';
import { rampSteps } from '../../../engine/ramp.ts';
import { foldJournal, holdsRecord, readJournal } from '../../../journal/index.ts';
import { identityOf } from '../../../policy/index.ts';
import { readPromotion, verifyPromotion, type Demand } from '../../../promotion/index.ts';
import { CommandFailed } from '../../failure.ts';
import { dataOption, policyOption } from '../../options.ts';
import { policyFrom } from '../../policy-file.ts';
import { demandJournal } from '../audit/journal-there.ts';
import { fileOption, promotionFile } from './promotion-file.ts';
import type { PromotionArguments } from './show.ts';

interface VerifyArguments extends PromotionArguments {
  readonly file: string;
  readonly policy: string;
  readonly data: string;
  readonly agent: string | undefined;
}

/** `interlock promotion verify FILE --policy F --data DIR`: what the door would say to it, without a door. */
export const verify: CommandModule<PromotionArguments, VerifyArguments> = {
  command: 'verify <file>',
  describe:
    'Say whether a promotion holds under this policy and for this journal, now; exit 1 and why where it does not',
  builder: (yargs) =>
    yargs.positional('file', fileOption).option('policy', policyOption).option('data', dataOption).option('agent', {
      alias: 'a',
      type: 'string',
      describe: 'The agent that it should be for; without it, the one that it names',
    }),
  handler: async ({ file, json, policy: policyFile, data, agent }) => {
    demandJournal(data);
    const text = promotionFile(file);
    const demand = await demandAt(policyFile, data, agent ?? agentNamedBy(text));
    const verified = verifyPromotion(text, demand);
    if (!verified.ok) process.exitCode = 1;
    if (json) {
      const { now } = demand;
      const told = verified.ok ? verified.value : verified.failure;
      return console.log(JSON.stringify({ ok: verified.ok, at: new Date(now).toISOString(), ...told }));
    }
    if (!verified.ok)
      return console.error(`${file} does not hold (${verified.failure.code}). ${verified.failure.message}`);
    const { promotion, signedBy } = verified.value;
    const { agent: whose, stage, step, expiresAt } = promotion;
    const where = `${stage}${step === null ? '' : `, step ${step} of its ramp`}`;
    const until = new Date(expiresAt).toISOString();
    console.log(`${file} holds: ${whose} may work at ${where} until ${until}. Signed by ${signedBy}.`);
  },
};

/** Whom a promotion names, before anybody knows whether that is signed. */
function agentNamedBy(text: string): string | undefined {
  const read = readPromotion(text);
  return read.ok ? read.value.promotion.agent : undefined;
}

/** What a door under this policy, on this journal, would demand now. */
async function demandAt(policyFile: string, data: string, named: string | undefined): Promise<Demand> {
  const policy = await policyFrom(policyFile);
  const { promotion: terms } = policy;
  if (terms === undefined || terms === 'none') {
    throw new CommandFailed(
      `Failed to verify: \`${policyFile}\` asks for no promotions. Say under \`promotion:\` what a stage demands, and whose keys sign.`,
    );
  }
  const { agents } = policy.policy;
  // One that nobody can read names nobody, and is refused whoever it should be for.
  const agent = agents.get((named ?? [...agents.keys()][0]) as AgentId);
  if (agent === undefined) {
    throw new CommandFailed(
      `Failed to verify: no agent ${JSON.stringify(named)} in \`${policyFile}\`. It names: ${[...agents.keys()].join(', ')}.`,
    );
  }
  const { engine, lastAt } = foldJournal(policy.policy, readJournal(data, { tail: 'live' }));
  const { standings } = engine;
  return {
    agent: agent.id,
    identity: identityOf(policy, agent.id),
    policy: { digest: policy.digest, rules: policy.rulesDigest },
    environment: policy.environment,
    terms,
    stageMax: agent.stage,
    rampSteps: rampSteps(agent) ?? 0,
    // As a door's: never behind its last record.
    now: Math.max(Date.now(), lastAt),
    isRevoked: (id) => standings.isRevoked(id),
    fellAt: standings.fellAt(agent.id),
    journalHas: (seq, hash) => holdsRecord(data, seq, hash),
  };
}
