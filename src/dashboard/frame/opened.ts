import { signal } from '@preact/signals';

/** Which of the frame's own dialogs is open. */
export const opened = signal<'menu' | 'keys' | null>(null);

export const openMenu = (): void => {
  opened.value = 'menu';
};

export const openKeyMap = (): void => {
  opened.value = 'keys';
};

export const closeOpened = (): void => {
  opened.value = null;
};
