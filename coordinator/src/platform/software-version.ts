/** The version of the package, which the log records at each start; a spec holds it equal to package.json. */
export const SOFTWARE_VERSION = '0.1.0';
