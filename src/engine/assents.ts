import type { Json } from '../std/canonical-json.ts';
import type { Instant } from '../std/clock.ts';
import { folded } from '../std/folded.ts';
import type { Event, Freeze } from './event.ts';
import type { AgentId } from './ids.ts';

/** How long the first person's word waits for the second: both must have looked at the same state of affairs. */
export const ASSENT_MS = 3_600_000;

/** One person's word that an agent may work again, where its policy asks for two. */
export interface Assent {
  readonly agent: AgentId;
  readonly at: Instant;
  readonly by: string;
  /** When the freeze began that it is about: a later one is another question. */
  readonly freeze: Instant;
  /** They have shown that it is them. */
  readonly proven?: true;
}

/** The first of two people's words, by agent. A resume ends it, and so do another person's stop, a graver freeze and an hour. */
export class Assents {
  readonly #byAgent = new Map<AgentId, Assent>();

  assented({ agent, at, by, freeze, proven }: Extract<Event, { kind: 'assented' }>): void {
    this.#byAgent.set(agent, { agent, at, by, freeze, ...(proven && { proven }) });
  }

  /** A person who stops it again has seen what whoever said the word had not. A guard that trips again says nothing new. */
  frozen({ agent, by }: Freeze): void {
    if (by.startsWith('human:')) this.#byAgent.delete(agent);
  }

  resumed(agent: AgentId): void {
    this.#byAgent.delete(agent);
  }

  /** The word that still stands for this very freeze. */
  of({ agent, at: freeze }: Freeze, at: Instant): Assent | undefined {
    const assent = this.#byAgent.get(agent);
    return assent?.freeze === freeze && at < assent.at + ASSENT_MS ? assent : undefined;
  }

  save(): Json {
    return [...this.#byAgent.values()].map((assent) => ({ ...assent }));
  }

  load(state: Json): void {
    for (const assent of state as unknown as readonly Assent[]) this.#byAgent.set(assent.agent, assent);
  }
}

/** Whether two names may be one person's: by case, by spelling, by blanks. Nobody is asked to prove a name. */
export function samePerson(a: string, b: string): boolean {
  const plain = (name: string): string => folded(name).replaceAll(/\s+/g, ' ');
  return plain(a) === plain(b);
}
