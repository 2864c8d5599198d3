import { type World, type WorldAnswer, type WorldCall, defineWorld } from '../src/lab/world/world.ts';
import { FORMS } from './crm/forms.ts';
import { writeHistory } from './crm/history.ts';
import { Register } from './crm/register.ts';
import { ROUTES } from './crm/routes.ts';
import { notFound, refuse } from './json/answers.ts';

const CONTACTS_DEFAULT = 40;

/** A CRM's JSON API: people and companies, what was written about them, e-mail that leaves, and merges without a way back. */
export default defineWorld({
  name: 'crm',
  paths: ['companies', 'contacts', 'emails', 'notes'].flatMap((name) => [`/${name}`, `/${name}/*`]),
  operations: FORMS,
  ledger: [
    'companies_merged',
    'contact_created',
    'contact_deleted',
    'contact_updated',
    'contacts_merged',
    'customer_read',
    'email_sent',
    'note_written',
  ],
  create({ seed, startsAt, size = CONTACTS_DEFAULT, apiKey }) {
    const register = new Register(startsAt);
    writeHistory(register, seed, size);
    return new Crm(register, apiKey);
  },
});

class Crm implements World {
  readonly name = 'crm';
  readonly #register: Register;
  readonly #apiKey: string | undefined;

  constructor(register: Register, apiKey: string | undefined) {
    this.#register = register;
    this.#apiKey = apiKey;
  }

  fork(): World {
    return new Crm(this.#register.fork(), this.#apiKey);
  }

  get ledger(): World['ledger'] {
    return this.#register.ledger;
  }

  ids(): Readonly<Record<string, readonly string[]>> {
    const { companies, contacts, emails, notes } = this.#register;
    return {
      company: [...companies.keys()],
      contact: [...contacts.keys()],
      email: [...emails.keys()],
      note: [...notes.keys()],
    };
  }

  /** Without an `apiKey` the CRM is open to everyone. */
  handle(call: WorldCall): WorldAnswer {
    this.#register.at = call.at;
    if (this.#apiKey !== undefined && call.headers['authorization'] !== `Bearer ${this.#apiKey}`) {
      return refuse(401, 'unauthorized', 'Send your API key as a Bearer token.');
    }
    const asked = ROUTES.find(call.method, call.path);
    if (asked === undefined) return notFound('resource', `${call.method} ${call.path}`);
    return asked.found.handle(this.#register, call, asked.parameters['id'] ?? '');
  }
}
