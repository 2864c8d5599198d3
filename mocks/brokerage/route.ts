import { routesOf } from '../json/route.ts';
import type { Desk } from './desk.ts';

export const route = routesOf<Desk>();
