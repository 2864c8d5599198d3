export { probeJson } from './probe/json.ts';
export { probeJunit } from './probe/junit.ts';
export { probeText } from './probe/text.ts';
export { lasted, nearnessWords, whole } from './probe/words.ts';
export { sandboxHtml } from './sandbox-html.ts';
export { sandboxJson } from './sandbox-json.ts';
export { sandboxJunit } from './sandbox-junit.ts';
export { writeSandboxReport } from './write.ts';
export { replayMarkdown, replayText } from './replay-text.ts';
