const MAJOR_MIN = 24;

/** Refuses to test on a Node that Interlock does not run on: a green run there would prove nothing. */
export default function setup(): void {
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= MAJOR_MIN) return;
  throw new Error(
    `Failed to test on Node ${process.versions.node}: Interlock needs ${MAJOR_MIN}; run \`npx vitest run\`.`,
  );
}
