/** The agent's own version, as handshake and enrolment name it. A spec holds it to package.json. */
export const AGENT_VERSION = '0.1.0';
