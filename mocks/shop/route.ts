import { routesOf } from '../json/route.ts';
import type { Store } from './store.ts';

export const route = routesOf<Store>();
