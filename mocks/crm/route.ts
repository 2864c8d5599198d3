import { routesOf } from '../json/route.ts';
import type { Register } from './register.ts';

export const route = routesOf<Register>();
