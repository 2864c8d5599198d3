import { render } from 'preact';

const room = document.querySelector('#room');
if (room !== null) render(<h1>Interlock</h1>, room);
