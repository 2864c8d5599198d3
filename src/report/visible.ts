export { visible, visibleJson, visibleLine } from '../std/visible.ts';
