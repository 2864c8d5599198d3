import { unreachable } from '../../src/std/assert.ts';
import type { FieldForm, OperationForm, WorldDefinition } from '../../src/lab/world/world.ts';

/** Seed, time and size of the world whose ids are counted. */
const SHOWN = { seed: 1, startsAt: Date.UTC(2026, 0, 5), size: 6 };

/** What a world says of itself, for people: how it is called, what exists in it, what its ledger calls things. */
export function worldSection(definition: WorldDefinition): string {
  const { name, operations = [], ledger = [] } = definition;
  const ids = Object.entries(definition.create(SHOWN).ids());
  return [
    `### \`${name}\``,
    '',
    `- Ids, at \`size: ${SHOWN.size}\`: ${ids.map(([kind, all]) => `${all.length} × ${kind} (\`${all[0] ?? 'none yet'}\`)`).join(', ')}`,
    `- Kinds of its ledger: ${ledger.map((kind) => `\`${kind}\``).join(', ')}`,
    '',
    '| operation | effect | fields |',
    '|---|---|---|',
    ...operations.map(operationRow),
    '',
  ].join('\n');
}

function operationRow({ operation, effect, encoding, fields }: OperationForm): string {
  const told = Object.entries(fields).map(([place, form]) => `\`${place}\` ${fieldText(form)}`);
  return `| \`${operation}\`${encoding === 'form' ? ' (form)' : ''} | ${effect} | ${told.join('; ') || 'none'} |`;
}

function fieldText(form: FieldForm): string {
  const more = [
    ...(form.many === undefined ? [] : [`a list of at most ${form.many}`]),
    ...(form.optional === true ? ['optional'] : []),
  ];
  return `${kindText(form)}${more.length === 0 ? '' : ` (${more.join(', ')})`}`;
}

function kindText(form: FieldForm): string {
  switch (form.kind) {
    case 'id':
      return `id of ${/^[aeiou]/.test(form.of) ? 'an' : 'a'} ${form.of}`;
    case 'amount':
      return `amount in ${form.unit} units${form.as === undefined ? '' : `, as a ${form.as}`}`;
    case 'currency':
      return `currency: ${form.of.join(', ')}`;
    case 'choice':
      return `one of ${form.of.map((value) => `\`${JSON.stringify(value).replaceAll('|', '\\|')}\``).join(', ')}`;
    case 'text':
      return `text like \`${form.like.replaceAll('|', '\\|')}\``;
    case 'number':
      return `number from ${form.min} to ${form.max}`;
    default:
      return unreachable(form);
  }
}
