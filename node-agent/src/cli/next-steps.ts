/** What a data manager types next, told when a command is done. HOME is the folder that was named. */
import type { NextSteps } from '@consilium/shared/command-line';

export const NEXT_STEPS: NextSteps = {
  enrol:
    'read the six words out to the study coordinator, then consilium-agent dataset add STUDY --data DIR --backbone DIR --home HOME',
  'dataset add': 'consilium-agent doctor --home HOME; an agent that runs already is started anew',
  'dataset remove': 'an agent that runs is started anew',
  doctor: 'consilium-agent run --home HOME',
  'dataset check': 'consilium-agent dataset add STUDY --data DIR --backbone DIR --home HOME',
  'model inspect': 'with --json it prints what "consilium backbone register" takes',
  'study list': 'consilium-agent study show STUDY --home HOME',
  'study show':
    'consilium-agent study dry-run {0} --home HOME, then study approve {0} or study refuse {0}',
  'study dry-run': 'consilium-agent study approve {0} --home HOME',
  'study approve':
    'consilium-agent run --home HOME takes part in it; consilium-agent status --home HOME shows how far it is',
  'study refuse': 'consilium-agent study approve {0} --home HOME, should you think better of it',
  'member list':
    'consilium-agent member trust SITE --words "the six words that SITE reads out" --home HOME, for each that is new',
  'member trust': 'consilium-agent study show STUDY --home HOME',
  status: 'consilium-agent receipt list --home HOME',
  'policy check': 'consilium-agent policy apply {0} --home HOME',
  pause: 'consilium-agent resume --home HOME',
  'budget show': 'consilium-agent receipt list --home HOME',
  'receipt list': 'consilium-agent receipt show STUDY ROUND --pdf FILE --home HOME',
};
