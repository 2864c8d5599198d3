import type { CheckpointSigner } from './signer.ts';

/**
 * A checkpoint as a note that others can read and verify: the body of C2SP tlog-checkpoint (the log's name, how many
 * records, their Merkle root), signed as C2SP signed-note says.
 *
 *     example.com/refunds
 *     20852163
 *     CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
 *
 *     — example.com/refunds Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+Z…
 *
 * @param root base64
 */
export function signedCheckpoint(signer: CheckpointSigner, size: number, root: string): string {
  const body = `${signer.log}\n${size}\n${root}\n`;
  const signature = Buffer.concat([signer.id, signer.sign(body)]).toString('base64');
  return `${body}\n— ${signer.log} ${signature}\n`;
}
