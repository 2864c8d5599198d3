/** Promotions: what the gate signs and the door demands. */
export type { Demand } from './demand.ts';
export { ENVELOPE_BYTES_MAX } from './envelope.ts';
export { readPromotion } from './read.ts';
export type { PromotionRefused, RefusalCode } from './refusal.ts';
export { shelfIn, type Shelf } from './shelf.ts';
export { keyIdOf, newPromotionId, signPromotion } from './sign.ts';
export type { Promotion, PromotionBaseline } from './statement.ts';
export { verifyPromotion, type VerifiedPromotion } from './verify.ts';
