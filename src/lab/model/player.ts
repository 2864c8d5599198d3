import { asText, type Answer, type Asked, type Message, newResults, turnOf, userText } from './conversation.ts';
import { ScriptLost, resolved } from './reference.ts';
import type { ModelFault, ReadScript, ToolUse, Turn, When } from './script.ts';

/** What becomes of one request. `lost`: the script does not say. */
export type Played =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'fault'; readonly fault: ModelFault; readonly answer: Answer | undefined }
  | { readonly kind: 'lost'; readonly why: string };

/**
 * Plays a script: what it answers follows from the conversation alone, so that several agents may talk to it at once and a
 * repeated request gets the same answer. Only how often its faults have struck is remembered.
 */
export class ScriptPlayer {
  readonly #script: ReadScript;
  readonly #struck: number[];
  #calls = 0;

  constructor(script: ReadScript) {
    this.#script = script;
    this.#struck = script.faults.map(() => 0);
  }

  play(asked: Asked): Played {
    const { messages } = asked;
    const turn = this.#script.turns.find(({ when = {} }) => holds(when, messages));
    const fault = this.#strikes(messages);
    if (turn === undefined) {
      return fault === undefined
        ? { kind: 'lost', why: noTurn(messages) }
        : { kind: 'fault', fault, answer: undefined };
    }
    try {
      const answer = this.#answer(turn, asked);
      return fault === undefined ? { kind: 'answer', answer } : { kind: 'fault', fault, answer };
    } catch (error) {
      if (!(error instanceof ScriptLost)) throw error;
      return { kind: 'lost', why: error.message };
    }
  }

  #strikes(messages: readonly Message[]): ModelFault | undefined {
    for (const [index, { when = {}, times, fault }] of this.#script.faults.entries()) {
      const struck = this.#struck[index] ?? 0;
      if (struck >= times || !holds(when, messages)) continue;
      this.#struck[index] = struck + 1;
      return fault;
    }
    return undefined;
  }

  #answer({ say, call = [] }: Turn, { messages, tools }: Asked): Answer {
    const uses: readonly ToolUse[] = Array.isArray(call) ? call : [call];
    const calls = uses.map(({ tool, with: given }) => {
      if (!tools.includes(tool)) {
        throw new ScriptLost(`the agent offers no tool \`${tool}\`; it offers ${tools.join(', ') || 'none'}`);
      }
      this.#calls += 1;
      return { id: `call_${this.#calls}`, tool, arguments: JSON.stringify(resolved(given, messages)) };
    });
    return { text: say === undefined ? null : asText(resolved(say, messages)), calls };
  }
}

function holds({ turn, tool, result, without, user }: When, messages: readonly Message[]): boolean {
  const results = newResults(messages).filter((one) => tool === undefined || one.tool === tool);
  return (
    (turn === undefined || turnOf(messages) === turn) &&
    (tool === undefined || results.length > 0) &&
    (result === undefined || results.some(({ text }) => text.includes(result))) &&
    (without === undefined || !results.some(({ text }) => text.includes(without))) &&
    (user === undefined || userText(messages).includes(user))
  );
}

function noTurn(messages: readonly Message[]): string {
  const results = newResults(messages);
  const end =
    results.length === 0
      ? `the user said: ${userText(messages)}`
      : results.map(({ tool, text }) => `\`${tool}\` gave ${text}`).join('; ');
  return `no turn is for answer ${turnOf(messages)}, where ${end}`;
}
