import packageJson from '../../package.json' with { type: 'json' };

/** The version of the engine that decides here: the package's. */
export const ENGINE_VERSION = packageJson.version;
