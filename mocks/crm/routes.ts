import { operations } from '../../src/lab/world/operation.ts';
import { companies } from './companies.ts';
import { contacts } from './contacts.ts';
import { emails } from './emails.ts';
import { notes } from './notes.ts';

/** Each resource is one file; a new one is a file, a line here, its forms in `forms.ts` and its path in `crm.ts`. */
export const ROUTES = operations([...companies, ...contacts, ...emails, ...notes]);
