import { expect, test } from 'vitest';
import { roomFor } from '../../src/cli/control-exposure.ts';

const room = (controlUrl?: string) =>
  roomFor({ controlHost: '127.0.0.1', controlPlaintext: false, controlName: [], controlUrl });

test('where people reach the control room is an address alone, and is left out where nobody said it', () => {
  expect(room()).toEqual({});
  expect(room('https://room.example')).toEqual({ room: 'https://room.example' });
  expect(room('https://room.example:8443/interlock/')).toEqual({ room: 'https://room.example:8443/interlock' });
});

test.each([
  ['no address', 'room.example'],
  ['a script', 'javascript:alert(1)'],
  ['a password, which every page would show', 'https://ann:secret@room.example'],
  ['a query', 'https://room.example/?x=1'],
])('%s is refused, with the form that is taken', (_, given) => {
  expect(() => room(given)).toThrow(/write the address that people type, https:\/\/room\.example/);
});
