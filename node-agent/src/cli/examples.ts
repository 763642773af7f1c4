/** Lines to type, which the help of each command begins with. */
import type { Examples } from '@consilium/shared/command-line';

const LOCAL = '--protocol study.json --data ./pictures --backbone ./backbone --cache ./cache';

export const EXAMPLES: Examples = {
  enrol: [
    'consilium-agent enrol --home HOME --coordinator https://c.example --site northgate --invite-file invite.txt',
  ],
  run: ['consilium-agent run --home HOME'],
  status: ['consilium-agent status --home HOME', 'consilium-agent status --home HOME --json'],
  dashboard: ['consilium-agent dashboard --home HOME'],
  doctor: ['consilium-agent doctor --home HOME'],
  'key show': ['consilium-agent key show --home HOME'],
  'key rotate': ['consilium-agent key rotate --home HOME'],
  'dataset add': [
    'consilium-agent dataset add blood-cells --data ./pictures --backbone ./backbone --home HOME',
  ],
  'dataset list': ['consilium-agent dataset list --home HOME'],
  'dataset remove': ['consilium-agent dataset remove blood-cells --home HOME'],
  'dataset check': [
    'consilium-agent dataset check --data ./pictures --study-classes benign,malignant',
  ],
  'model list': ['consilium-agent model list --field pathology'],
  'model inspect': [
    'consilium-agent model inspect ./backbone',
    'consilium-agent model inspect ./backbone --json > backbone.json',
  ],
  features: [
    'consilium-agent features --backbone ./backbone --data ./pictures --out features.safetensors',
  ],
  'train-alone': [`consilium-agent train-alone ${LOCAL} --out alone.safetensors`],
  evaluate: [`consilium-agent evaluate ${LOCAL} --split test --adapter alone.safetensors`],
  'adapter export': [
    'consilium-agent adapter export --study blood-cells --home HOME --format peft --out ./adapter',
  ],
  'adapter import': [
    'consilium-agent adapter import --peft ./adapter --backbone ./backbone --out adapter.safetensors',
  ],
  'adapter inspect': ['consilium-agent adapter inspect ./adapter'],
  'study list': ['consilium-agent study list --home HOME'],
  'study show': ['consilium-agent study show blood-cells --home HOME'],
  'study diff': ['consilium-agent study diff blood-cells --home HOME'],
  'study approve': ['consilium-agent study approve blood-cells --home HOME --by "Dr. Adams"'],
  'study refuse': ['consilium-agent study refuse blood-cells --home HOME'],
  'study dry-run': ['consilium-agent study dry-run blood-cells --home HOME'],
  'member list': ['consilium-agent member list --home HOME'],
  'member trust': [
    'consilium-agent member trust eastpark --words "the six words that eastpark reads out" --home HOME',
  ],
  'policy check': ['consilium-agent policy check policy.yaml'],
  'policy show': ['consilium-agent policy show --home HOME'],
  'policy apply': ['consilium-agent policy apply policy.yaml --home HOME'],
  'budget show': ['consilium-agent budget show --home HOME'],
  pause: ['consilium-agent pause --home HOME', 'consilium-agent pause --after-round --home HOME'],
  resume: ['consilium-agent resume --home HOME'],
  withdraw: ['consilium-agent withdraw blood-cells --home HOME --yes'],
  'receipt list': ['consilium-agent receipt list --home HOME'],
  'receipt show': [
    'consilium-agent receipt show blood-cells 3 --home HOME',
    'consilium-agent receipt show blood-cells 3 --pdf receipt.pdf --home HOME',
  ],
  'config show': ['consilium-agent config show --origin --home HOME'],
  'config path': ['consilium-agent config path --home HOME'],
  completion: ['eval "$(consilium-agent completion bash)"'],
  version: ['consilium-agent version'],
  help: ['consilium-agent help exit-codes'],
};
