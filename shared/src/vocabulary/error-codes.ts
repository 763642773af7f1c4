/**
 * Every error code with its HTTP status, exit code, title and help. Codes are part of the wire: they are added, never renamed
 * or reused.
 */

/** 0 done, 1 failed or not verified, 2 connection or authentication, 3 time ran out, 4 bad arguments or input, 5 our fault. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5;

export interface ErrorEntry {
  /** HTTP status of a problem with this code. */
  readonly status: number;
  /** Exit code of a command that ends with it. */
  readonly exit: ExitCode;
  /** A few words, the same for every occurrence (RFC 9457 `title`). */
  readonly title: string;
  /** One sentence that says what to do. */
  readonly help: string;
}

export const ERROR_CODES = {
  'bad-request': entry(400, 4, 'Bad request', 'Correct the named value and send it again.'),
  'bad-encoding': entry(
    400,
    4,
    'Malformed bytes',
    'The bytes break the format they claim; send them again from the original, unchanged.',
  ),
  'bad-signature': entry(
    401,
    2,
    'Signature refused',
    'Check that both ends hold the same keys; compare the fingerprints.',
  ),
  'unknown-key': entry(
    401,
    2,
    'Unknown key',
    'The signing key is in no roster; ask the study coordinator whether the site is enrolled.',
  ),
  'weak-key': entry(
    400,
    4,
    'Weak key',
    'The public key is one of the few that let anybody sign or read; create new keys.',
  ),
  'bad-study-file': entry(400, 4, 'Study file refused', 'Correct every listed fault in the file.'),
  'bad-configuration': entry(
    500,
    4,
    'Configuration refused',
    'Correct every listed setting and start again.',
  ),
  'bad-message': entry(
    400,
    1,
    'Message refused',
    'Both ends must speak the same protocol version; update the older one.',
  ),
  'message-too-large': entry(
    413,
    1,
    'Message too large',
    'Send it in chunks within the published limits.',
  ),
  'unsupported-type': entry(
    415,
    4,
    'Type not taken',
    'Send the body under the content type that the message names.',
  ),
  'not-found': entry(404, 4, 'Not found', 'Check the name; list what exists.'),
  conflict: entry(409, 1, 'Conflict', 'It exists already with other content; read it first.'),
  'not-permitted': entry(403, 2, 'Not permitted', 'Ask for a role that includes this action.'),
  unauthenticated: entry(401, 2, 'Not authenticated', 'Sign in or present a valid token.'),
  'stale-attempt': entry(
    409,
    1,
    'Stale attempt',
    'The attempt is over; wait for the manifest of the next one.',
  ),
  'wrong-state': entry(409, 1, 'Wrong state', 'Look at the current state and try what it allows.'),
  late: entry(409, 3, 'Too late', 'The deadline has passed; the next round takes new updates.'),
  duplicate: entry(409, 1, 'Duplicate', 'Something else was accepted first; nothing was changed.'),
  'quota-exceeded': entry(
    429,
    1,
    'Quota exceeded',
    'Stay within the number of bytes or requests allotted; wait before the next try.',
  ),
  'bad-chunk': entry(
    400,
    1,
    'Chunk refused',
    'The chunk was altered, moved or belongs to another update; send the update again.',
  ),
  'bad-update': entry(
    400,
    1,
    'Update refused',
    'The update does not match its header or the manifest; train again in the next attempt.',
  ),
  'bad-safetensors': entry(
    400,
    4,
    'Not a valid safetensors file',
    'Fetch or export the file again and compare its hash.',
  ),
  'bad-tensor-schema': entry(
    400,
    4,
    'Tensors do not fit the schema',
    'Use the adapter and backbone that the study names.',
  ),
  'non-finite': entry(
    422,
    1,
    'Not a number or infinite',
    'Training diverged; lower the learning rate or look for broken images.',
  ),
  'bad-backbone': entry(
    400,
    4,
    'Backbone refused',
    'The message says which file, key or tensor of the folder is at fault; a study needs the folder whose hash it names.',
  ),
  'licence-forbids-sharing': entry(
    403,
    4,
    'Licence forbids sharing',
    'Keep the adapter inside the study, or ask the publisher of the model for permission to pass on derived works.',
  ),
  'licence-not-accepted': entry(
    403,
    4,
    'Licence not accepted',
    'Read the terms of the model; record who accepted them under "licences" in agent.yaml and start again.',
  ),
  'policy-refused': entry(
    403,
    1,
    'Refused by the policy of the site',
    'The sentence names the rule; change policy.yaml, or stay away from the study.',
  ),
  'bad-dataset': entry(
    400,
    4,
    'Data set refused',
    'Correct the listed rows of labels.csv or the files they name.',
  ),
  'dataset-too-small': entry(
    422,
    1,
    'Data set too small',
    'Add usable images or ask for a study with a lower minimum.',
  ),
  'bad-invite': entry(
    400,
    2,
    'Invite refused',
    'The invite was used, has expired or was mistyped; ask for a new one.',
  ),
  'enrolment-failed': entry(
    409,
    2,
    'Enrolment failed',
    'Ask the study coordinator for a new invite and enrol again.',
  ),
  'handshake-failed': entry(
    401,
    2,
    'Handshake failed',
    'Check the address of the coordinator and the fingerprints of both ends.',
  ),
  'log-inconsistent': entry(
    500,
    1,
    'The log contradicts itself',
    'Stop, keep all files and tell the auditor: entries were altered or forked.',
  ),
  'log-rollback': entry(
    500,
    1,
    'The log went backwards',
    'A backup older than a published checkpoint was restored; follow the recovery procedure.',
  ),
  'proof-invalid': entry(
    422,
    1,
    'Proof does not hold',
    'The entry is not in the log that was signed; keep the bundle as evidence.',
  ),
  'checkpoint-invalid': entry(
    422,
    1,
    'Checkpoint refused',
    'Compare the key of the log with the one you were given.',
  ),
  'bundle-invalid': entry(
    422,
    4,
    'Not an evidence bundle',
    'Pass the folder or file that the coordinator exported, complete and unchanged.',
  ),
  'secret-unreadable': entry(
    500,
    4,
    'A stored key cannot be opened',
    'Start with the key-encryption key that the data was written with.',
  ),
  'database-busy': entry(503, 1, 'Database busy', 'Try again in a moment.'),
  'disk-full': entry(507, 1, 'Disk full', 'Free space on the named disk and start again.'),
  'port-in-use': entry(
    500,
    4,
    'Port in use',
    'Stop the program that holds the port or choose another one.',
  ),
  'coordinator-unreachable': entry(
    503,
    2,
    'Coordinator unreachable',
    'Check the address, the network and whether the coordinator runs; the agent keeps trying.',
  ),
  'tracker-unreachable': entry(
    502,
    2,
    'Tracking server unreachable',
    'Check the address of the tracking server, the network and its token; the next run sends what is missing, and nothing twice.',
  ),
  'training-failed': entry(
    500,
    1,
    'Training failed',
    'Read the reason beside this; the site sends nothing for this round.',
  ),
  'trainer-crashed': entry(
    500,
    1,
    'Trainer crashed',
    'Look at memory and at the log of the trainer; the agent starts it again.',
  ),
  'engine-missing': entry(
    500,
    4,
    'No tensor engine',
    'Install the engine that is named or choose another one.',
  ),
  internal: entry(500, 5, 'Internal error', 'This is our fault; report it with the log line.'),
} as const satisfies Readonly<Record<string, ErrorEntry>>;

/** The closed set of codes. */
export type ErrorCode = keyof typeof ERROR_CODES;

function entry(status: number, exit: ExitCode, title: string, help: string): ErrorEntry {
  return { status, exit, title, help };
}
