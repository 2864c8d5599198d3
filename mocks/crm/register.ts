import type { Instant } from '../../src/std/clock.ts';
import type { LedgerEntry } from '../../src/lab/world/world.ts';
import type { Company, Contact, Email, Note } from './objects.ts';
import { NumberedIds } from '../json/numbered-ids.ts';

/**
 * Everything the CRM knows.
 * Objects are never changed, only replaced, so that an answer once given stays as it was given.
 */
export class Register {
  readonly contacts: Map<string, Contact>;
  readonly companies: Map<string, Company>;
  readonly notes: Map<string, Note>;
  readonly emails: Map<string, Email>;
  readonly ledger: LedgerEntry[];
  /** The time of the call being handled. */
  at: Instant;
  readonly #ids: NumberedIds;

  constructor(at: Instant, origin?: Register) {
    this.at = at;
    this.contacts = new Map(origin?.contacts);
    this.companies = new Map(origin?.companies);
    this.notes = new Map(origin?.notes);
    this.emails = new Map(origin?.emails);
    this.ledger = [...(origin?.ledger ?? [])];
    this.#ids = origin === undefined ? new NumberedIds() : origin.#ids.fork();
  }

  /** The same register to be kept apart from here on. The objects in it are shared, for nobody changes one. */
  fork(): Register {
    return new Register(this.at, this);
  }

  get now(): string {
    return new Date(this.at).toISOString();
  }

  /** `('cont')` → `cont_1001`, `cont_1002`, … */
  newId(prefix: string): string {
    return this.#ids.next(prefix);
  }

  /** Notes of a contact, oldest first. */
  notesOf(contact: string): readonly Note[] {
    return [...this.notes.values()].filter((note) => note.contact === contact);
  }

  /** INVARIANT: everything that happens goes on the ledger here and in {@link customerRead}. */
  changed(kind: string, subject: string, detail?: string): void {
    const entry = { at: this.at, kind, subject, moneyOut: null, write: true };
    this.ledger.push(detail === undefined ? entry : { ...entry, detail });
  }

  /** Somebody saw a person's name and address. */
  customerRead(id: string): void {
    this.ledger.push({ at: this.at, kind: 'customer_read', subject: `contact:${id}`, moneyOut: null, write: false });
  }
}
