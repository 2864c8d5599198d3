export { TEXT_SHOWN_MAX, visible, visibleJson, visibleLine } from '../std/visible.ts';
