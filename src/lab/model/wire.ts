import type { Result } from '../../std/result.ts';
import type { Json } from '../../std/canonical-json.ts';
import type { Answer, Asked, JsonRecord } from './conversation.ts';

/** One of the formats in which agents speak to a model. */
export interface Wire {
  /** A failure is what the API would find fault with. */
  read(body: JsonRecord): Result<Asked, string>;
  /** The answer in one piece. */
  whole(made: Made): Json;
  /** The same as server-sent events, each as it stands in the stream. */
  events(made: Made): readonly string[];
}

/** An answer on its way out. */
export interface Made {
  /** Counts the answers of one server: ids are made of it. */
  readonly number: number;
  readonly atS: number;
  readonly body: JsonRecord;
  readonly asked: Asked;
  readonly answer: Answer;
}

/** Tokens are counted in nobody's tokenizer: about four characters each, as vendors tell their readers. */
const CHARACTERS_PER_TOKEN = 4;
/** Long enough that few events are sent, short enough that a client has to put pieces together. */
const PIECE_CHARACTERS = 12;

export interface Usage {
  readonly asked: number;
  readonly answered: number;
}

export function usageOf({ asked, answer }: Made): Usage {
  const tokens = (characters: number): number => Math.ceil(characters / CHARACTERS_PER_TOKEN);
  return {
    asked: tokens(JSON.stringify(asked.messages).length),
    answered: tokens((answer.text ?? '').length + JSON.stringify(answer.calls).length),
  };
}

/** A text in pieces, as models send it. */
export function pieces(text: string): readonly string[] {
  const characters = Array.from(text);
  return Array.from({ length: Math.ceil(characters.length / PIECE_CHARACTERS) }, (_, index) =>
    characters.slice(index * PIECE_CHARACTERS, (index + 1) * PIECE_CHARACTERS).join(''),
  );
}
