export { sandboxHtml } from './sandbox-html.ts';
export { sandboxJson } from './sandbox-json.ts';
export { sandboxJunit } from './sandbox-junit.ts';
export { writeSandboxReport } from './write.ts';
export { replayMarkdown, replayText } from './replay-text.ts';
