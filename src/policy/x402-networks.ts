/** EVM networks by the names that x402 version 1 gave them, as version 2 writes them: CAIP-2 with the chain's number. */
const CHAINS: Readonly<Record<string, number>> = {
  ethereum: 1,
  sepolia: 11_155_111,
  base: 8_453,
  'base-sepolia': 84_532,
  polygon: 137,
  'polygon-amoy': 80_002,
  avalanche: 43_114,
  'avalanche-fuji': 43_113,
  abstract: 2_741,
  'abstract-testnet': 11_124,
  iotex: 4_689,
  sei: 1_329,
  'sei-testnet': 1_328,
  peaq: 3_338,
  story: 1_514,
  educhain: 41_923,
};

export const NETWORK_NAMES: readonly string[] = Object.keys(CHAINS);

const EVM = /^eip155:[1-9]\d{0,15}$/;

/** `base` and `eip155:8453` → `eip155:8453`; `undefined` where the text names no EVM network that is known here. */
export function networkOf(text: string): string | undefined {
  if (EVM.test(text)) return text;
  return Object.hasOwn(CHAINS, text) ? `eip155:${CHAINS[text]}` : undefined;
}
