import type { Json } from '../../std/canonical-json.ts';

/** A tool call that a model asks for. `arguments` is JSON as text: that is how both wire formats carry it. */
export interface ToolCall {
  readonly id: string;
  readonly tool: string;
  readonly arguments: string;
}

/** One step of a conversation, as both of OpenAI's wire formats tell it. */
export type Message =
  | { readonly kind: 'instructions' | 'user'; readonly text: string }
  /** All that the model said and asked for in one answer. */
  | { readonly kind: 'answer'; readonly text: string | null; readonly calls: readonly ToolCall[] }
  | { readonly kind: 'result'; readonly call: string; readonly tool: string; readonly text: string };

/** A request to a model, whichever way it came. */
export interface Asked {
  /** What it calls the model. */
  readonly model: string;
  readonly stream: boolean;
  readonly messages: readonly Message[];
  /** The names of the tools that the agent offers. */
  readonly tools: readonly string[];
}

/** What the model answers. */
export interface Answer {
  readonly text: string | null;
  readonly calls: readonly ToolCall[];
}

/** Which answer of this conversation is asked for; the first is 1. */
export function turnOf(messages: readonly Message[]): number {
  return messages.filter(({ kind }) => kind === 'answer').length + 1;
}

export type ToolResult = Extract<Message, { kind: 'result' }>;

/** The tool results at the conversation's end: what has come since the model's last answer. */
export function newResults(messages: readonly Message[]): readonly ToolResult[] {
  const after = messages.slice(messages.findLastIndex(({ kind }) => kind === 'answer') + 1);
  return resultsIn(after);
}

export function resultsIn(messages: readonly Message[]): readonly ToolResult[] {
  return messages.filter((message) => message.kind === 'result');
}

/** What the user said last. */
export function userText(messages: readonly Message[]): string {
  return messages.findLast(({ kind }) => kind === 'user')?.text ?? '';
}

/** A content that is a text, or a list of parts of which some have a text. */
export function textOf(content: Json | undefined): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part: Json) => (isRecord(part) && typeof part['text'] === 'string' ? part['text'] : '')).join('');
}

export type JsonRecord = { readonly [key: string]: Json };

export function isRecord(value: Json | undefined): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A field that should be a text; anything else, as it is written. */
export function asText(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}
