import { z } from 'zod';
import { answer, notFound, refuse } from '../json/answers.ts';
import { PAGE, page } from '../json/page.ts';
import { NOTHING } from '../json/route.ts';
import { route } from './route.ts';

export const companies = [
  route('GET /companies', z.strictObject(PAGE), (register, where) => page(register.companies, where)),

  route('GET /companies/{id}', NOTHING, (register, _input, id) => {
    const company = register.companies.get(id);
    return company === undefined ? notFound('company', id) : answer(company);
  }),

  /** Whoever worked at the one works at the other from now on. There is no way back. */
  route('POST /companies/{id}/merge', z.strictObject({ into: z.string() }), (register, { into }, id) => {
    const kept = register.companies.get(into);
    if (!register.companies.has(id)) return notFound('company', id);
    if (kept === undefined) return notFound('company', into);
    if (id === into) return refuse(409, 'same_company', `Company ${id} cannot be merged into itself.`);
    for (const contact of register.contacts.values()) {
      if (contact.company === id) register.contacts.set(contact.id, { ...contact, company: into });
    }
    register.companies.delete(id);
    register.changed('companies_merged', `company:${id}`, `into ${into}`);
    return answer(kept);
  }),
];
