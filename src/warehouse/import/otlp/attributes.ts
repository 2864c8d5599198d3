import { members } from '../fields.ts';

/** How deep a value is read. */
const DEPTH_MAX = 32;

/** What a span, an event or a resource says of itself, by name; of a name that is said twice, the last. */
export type Attributes = ReadonlyMap<string, unknown>;

/** Reads `[{ key, value: { stringValue } }]`, as OTLP writes attributes. What is none is left out. */
export function attributesOf(value: unknown): Attributes {
  const attributes = new Map<string, unknown>();
  if (!Array.isArray(value)) return attributes;
  for (const one of value as unknown[]) {
    const pair = members(one);
    if (typeof pair?.['key'] === 'string') attributes.set(pair['key'], anyValue(pair['value'], 0));
  }
  return attributes;
}

/** An `AnyValue` of OTLP's JSON as plain JSON: 64-bit integers are texts there. `undefined` where it is none. */
function anyValue(value: unknown, depth: number): unknown {
  const given = members(value);
  if (given === undefined || depth > DEPTH_MAX) return undefined;
  if ('stringValue' in given) return given['stringValue'];
  if ('intValue' in given) return Number(given['intValue']);
  if ('doubleValue' in given) return Number(given['doubleValue']);
  if ('boolValue' in given) return given['boolValue'];
  // Bytes are base64 in JSON.
  if ('bytesValue' in given) return Buffer.from(String(given['bytesValue']), 'base64');
  if ('arrayValue' in given) {
    const values = members(given['arrayValue'])?.['values'];
    return Array.isArray(values) ? values.map((each) => anyValue(each, depth + 1)) : [];
  }
  if ('kvlistValue' in given) {
    const values = members(given['kvlistValue'])?.['values'];
    if (!Array.isArray(values)) return {};
    const pairs = values.flatMap((each): [string, unknown][] => {
      const pair = members(each);
      return typeof pair?.['key'] === 'string' ? [[pair['key'], anyValue(pair['value'], depth + 1)]] : [];
    });
    return Object.fromEntries(pairs);
  }
  return undefined;
}

export function textIn(attributes: Attributes, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = attributes.get(name);
    if (typeof value === 'string') return value;
  }
  return undefined;
}

export function numberIn(attributes: Attributes, ...names: readonly string[]): number | undefined {
  for (const name of names) {
    const value = attributes.get(name);
    // Some exporters write numbers as texts.
    const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
    if (typeof number === 'number' && Number.isFinite(number)) return number;
  }
  return undefined;
}
