/** What an operator types next, told when a command is done. */
import type { NextSteps } from '@consilium/shared/command-line';

const ENROLS =
  'once {0} has enrolled, somebody else than you types consilium site approve {0} --words "…"';

export const NEXT_STEPS: NextSteps = {
  login: 'consilium whoami --token-file FILE shows what you may do',
  'operator create': 'the person types consilium login --activation-file FILE --out TOKENFILE',
  'operator renew': 'the person types consilium login --activation-file FILE --out TOKENFILE',
  'token create': 'consilium --token-file FILE, or CONSILIUM_TOKEN_FILE, uses it',
  'site invite': ENROLS,
  invite: ENROLS,
  'site approve': 'the hospital types consilium-agent run --home HOME',
  'backbone register': 'consilium study create FILE, with the hash as "backbone"',
  'study new': 'consilium study validate FILE, once it says what you want',
  'study clone': 'consilium study validate FILE, once it says what you want',
  'study validate': 'consilium study create {0}',
  'study create':
    'the hospitals approve it; consilium study show ID lists who joined, consilium study start ID begins',
  'study start': 'consilium round watch {0}',
  'study pause': 'consilium study resume {0}',
  'study resume': 'consilium round watch {0}',
  'study stop': 'consilium bundle export {0} --out FOLDER',
  'round abandon': 'consilium round watch {0}',
  'bundle export': 'consilium-verify bundle FOLDER',
  'key create': 'consilium key register --key FILE',
  'key register': 'consilium act sign study-approved STUDY --key FILE',
  'audit checkpoint save': 'later, consilium audit checkpoint compare {0} --log-key KEY',
};
