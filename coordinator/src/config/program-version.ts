/** The version of both programs of this package. A spec holds it to package.json. */
export const PROGRAM_VERSION = '0.1.0';
