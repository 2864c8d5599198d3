import type { Faker } from '@faker-js/faker';
import { faker } from '@faker-js/faker/locale/en';
import type { Contact } from './objects.ts';
import type { Register } from './register.ts';

const DAY_MS = 86_400_000;
const DAYS = 180;
const CONTACTS_PER_COMPANY = 5;
/** Of so many contacts one is there twice, one has a namesake, and one does not want to hear of us. */
const ODD_EVERY = 8;

/**
 * Half a year of contacts before the world begins, with what every CRM has: a person who stands there twice (the same
 * e-mail address, the name written otherwise), and two people of one name. None of it is on the ledger.
 */
export function writeHistory(register: Register, seed: number, contacts: number): void {
  const endsAt = register.at;
  // One locale: all of them cost every process 0.15 s. Seed and date are set anew for each history: two runs are the same.
  faker.seed(seed);
  faker.setDefaultRefDate(endsAt);
  const startsAt = endsAt - DAYS * DAY_MS;
  register.at = startsAt;
  for (let index = 0; index < Math.ceil(contacts / CONTACTS_PER_COMPANY); index += 1) addCompany(register, faker);
  const companies = [...register.companies.keys()];
  for (let index = 0; index < contacts; index += 1) {
    register.at = startsAt + Math.floor(((endsAt - startsAt) / contacts) * index);
    const company = faker.helpers.arrayElement(companies);
    const [first, last] = [faker.person.firstName(), faker.person.lastName()];
    const email = faker.internet.exampleEmail({ firstName: first, lastName: last }).toLowerCase();
    const contact = add(register, faker, {
      name: `${first} ${last}`,
      email,
      company,
      subscribed: index % ODD_EVERY !== 5,
    });
    addNote(register, faker, contact);
    if (index % ODD_EVERY === 2)
      addNote(register, faker, add(register, faker, { ...contact, name: `${first[0]}. ${last}` }));
    if (index % ODD_EVERY === 6) {
      const other = faker.internet.exampleEmail({ firstName: first, lastName: `${last}2` }).toLowerCase();
      addNote(
        register,
        faker,
        add(register, faker, { ...contact, email: other, company: faker.helpers.arrayElement(companies) }),
      );
    }
  }
  register.at = endsAt;
}

function addCompany(register: Register, faker: Faker): void {
  const id = register.newId('comp');
  const name = faker.company.name();
  const domain = `${name.toLowerCase().replaceAll(/[^a-z]+/g, '-')}.example`;
  register.companies.set(id, { id, name, domain, created_at: register.now });
}

type Details = Pick<Contact, 'name' | 'email' | 'company' | 'subscribed'>;

function add(register: Register, faker: Faker, { name, email, company, subscribed }: Details): Contact {
  const { now } = register;
  const phone = faker.phone.number({ style: 'international' });
  const id = register.newId('cont');
  const contact: Contact = { id, name, email, phone, company, subscribed, created_at: now, updated_at: now };
  register.contacts.set(id, contact);
  return contact;
}

function addNote(register: Register, faker: Faker, { id: contact }: Contact): void {
  const id = register.newId('note');
  register.notes.set(id, { id, contact, text: faker.company.catchPhrase(), created_at: register.now });
}
