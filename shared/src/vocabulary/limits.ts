/** Every bound that untrusted input is held to. Sizes are bytes unless the name says otherwise. */
const KIB = 1024;
const MIB = 1024 * KIB;

export const LIMITS = {
  /** One encrypted piece of an update, its 16-byte tag included. */
  chunkBytes: MIB,
  /** One socket frame; a larger one closes the socket. */
  frameBytes: 2 * MIB,
  /** One leaf of the log (C2SP tlog-tiles stores its length in two bytes). */
  leafBytes: 65_535,
  /** Nesting of any JSON the programs read; a flat object has depth 1. */
  jsonDepth: 32,
  /** Sites in the roster of one study. */
  sitesPerStudy: 1000,
  /** Sites in one secure sum, each of which shares its secrets with every other one. */
  secureSites: 128,
  /** Groups of at least five sites in one secure attempt. */
  secureGroups: 25,
  /** The study file as an operator writes it. */
  studyFileBytes: 256 * KIB,
  /** An adapter, as tensors or as an update. */
  adapterBytes: 256 * MIB,
  /** The JSON header of a safetensors file. */
  safetensorsHeaderBytes: 16 * MIB,
  /** Chunks that a site may send before it waits for an acknowledgement. */
  windowChunks: 4,
  /** Hashes in one inclusion or consistency proof: a tree of 2^63 leaves needs no more. */
  proofHashes: 126,
} as const;
