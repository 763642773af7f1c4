/** The name and protocol version that appear in handshakes, manifests, leaves and signing domains. */

export const PRODUCT = 'consilium';

/** Version of the wire protocol, apart from the version of the packages: docs/protocol/v1.md. */
export const PROTOCOL_VERSION = 1;
