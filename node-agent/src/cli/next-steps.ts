/** What a data manager types next, told when a command is done. */
import type { NextSteps } from '@consilium/shared/command-line';

export const NEXT_STEPS: NextSteps = {
  enrol: 'read the six words out to the study coordinator, then consilium-agent doctor --home HOME',
  doctor: 'consilium-agent run --home HOME',
  'dataset check': 'name its folder under "studies" in agent.yaml',
  'model inspect': 'with --json it prints what "consilium backbone register" takes',
  'study show': 'consilium-agent study dry-run {0}, then study approve {0} or study refuse {0}',
  'study dry-run': 'consilium-agent study approve {0}',
  'study approve':
    'consilium-agent run takes part in it; consilium-agent status shows how far it is',
  'policy check': 'consilium-agent policy apply {0}',
  pause: 'consilium-agent resume',
  'receipt list': 'consilium-agent receipt show STUDY ROUND --pdf FILE',
};
