import { parseStudyFile, studyFileSchema } from '@consilium/shared/protocol';
import { defaultAt } from './defaults.js';
import {
  draftFaults,
  faultsAt,
  nameFromTitle,
  newDraft,
  textOf,
  valueAt,
  withSeed,
  withValue,
  type Draft,
} from './draft.js';
import { dropDraft, keepDraft, keptDraft } from './kept-draft.js';
import { outlookOf, outlooks } from './security-outlook.js';
import { faultsOfStep, stepAfter, stepBefore, stepOf, STEPS } from './steps.js';

const CHOSEN = {
  title: 'Blood smears',
  study: 'smears',
  backbone: `sha256:${'b'.repeat(64)}`,
  'task.classes': ['a', 'b'],
  'adapter.kind': 'lora',
  'training.rounds': 12,
  'training.optimizer.kind': 'adamw',
  'training.optimizer.learningRate': 0.001,
  'participation.minSites': 3,
} as const;

function filled(changes: Readonly<Record<string, Parameters<typeof withValue>[2]>> = {}): Draft {
  return Object.entries({ ...CHOSEN, ...changes }).reduce(
    (draft, [path, value]) => withValue(draft, path, value),
    newDraft(),
  );
}

describe('the draft of a new study', () => {
  it('is a study file once what has no default is chosen, and means what the command makes of it', () => {
    expect(draftFaults(filled())).toEqual([]);
    const { training, privacy, acceptance, participation } = parseStudyFile(filled());
    expect({ training, privacy, acceptance, participation }).toMatchObject({
      training: { localEpochs: 1, batchSize: 16 },
      privacy: { secureAggregation: 'on', colluders: 1 },
      acceptance: { metric: 'balanced-accuracy', tolerance: 0.05 },
      participation: { sites: 'all', minSamples: 10 },
    });
  });

  it('names what is missing at its field, in the words of the command', () => {
    const faults = draftFaults(newDraft());
    const result = studyFileSchema.safeParse(newDraft());
    expect(faults).toEqual(
      result.error?.issues.map(({ path, message }) => ({ path: path.map(String), message })),
    );
    // Which numbers an optimizer takes is known once there is one.
    const named = Object.keys(CHOSEN).filter((field) => !field.endsWith('learningRate'));
    expect(named.map((field) => faultsAt(faults, field).length)).toEqual(named.map(() => 1));
    expect(faults).toHaveLength(named.length);
  });

  it('changes one field and keeps all others, those that have no field too', () => {
    const imported = { ...filled(), privateAdapter: { kind: 'lora', rankPattern: [1] } };
    const changed = withValue(imported, 'training.clipNorm', 2);
    expect(changed['privateAdapter']).toEqual(imported.privateAdapter);
    expect(valueAt(changed, 'training.rounds')).toBe(12);
    expect(withValue(changed, 'training.clipNorm', undefined)).toEqual(imported);
    expect(valueAt(changed, 'training.rounds.deeper')).toBeUndefined();
  });

  it('is text that reads as itself', () => {
    expect(JSON.parse(textOf(filled()))).toMatchObject({ study: 'smears', title: 'Blood smears' });
  });

  it('has a seed of its own, and keeps the one of a file', () => {
    expect(newDraft()['seed']).toMatch(/^[0-9a-f]{32}$/);
    expect(newDraft()['seed']).not.toBe(newDraft()['seed']);
    expect(withSeed({ seed: 7 })).toEqual({ seed: 7 });
    expect(withSeed({})['seed']).toMatch(/^[0-9a-f]{32}$/);
  });

  it('makes names that the rules allow', () => {
    expect(nameFromTitle('Größe der Blasten: Übersicht 2')).toBe('grosse-der-blasten-ubersicht-2');
    expect(nameFromTitle('日本')).toBe('');
    expect(nameFromTitle('x'.repeat(100))).toHaveLength(63);
  });
});

describe('the defaults of a new study', () => {
  it.each([
    ['adapter.rank', 8],
    ['adapter.targets', ['query', 'value']],
    ['training.localEpochs', 1],
    ['training.optimizer.weightDecay', 0.01],
    ['training.updateRange', 1],
    ['privacy.secureAggregation', 'on'],
    ['privacy.colluders', 1],
    ['acceptance.metric', 'balanced-accuracy'],
    ['participation.sites', 'all'],
    ['participation.advertDeadline', '1m'],
    ['participation.roundDeadline', '30m'],
    ['training.rounds.nothing', undefined],
  ])('%s', (path, expected) => {
    expect(defaultAt(filled(), path)).toEqual(expected);
  });

  it('follow what is chosen', () => {
    expect(defaultAt(filled({ 'adapter.kind': 'ia3' }), 'adapter.targets')).toContain('key');
    const sgd = filled({ 'training.optimizer.kind': 'sgd' });
    expect(defaultAt(sgd, 'training.optimizer.weightDecay')).toBe(0);
    expect(defaultAt(filled({ privacy: { groups: {} } }), 'privacy.groups.sites')).toBe(5);
    const plain = filled({ privacy: { secureAggregation: 'off' } });
    expect(defaultAt(plain, 'privacy.colluders')).toBeUndefined();
  });
});

describe('the steps of a new study', () => {
  it('have each field in one place', () => {
    expect(stepOf(['participation', 'sites', '3'])).toBe('sites');
    expect(stepOf(['participation', 'minSites'])).toBe('rounds');
    expect(stepOf(['participation', 'minSamples'])).toBe('data');
    expect(stepOf(['adapter', 'rank'])).toBe('model');
    expect(stepOf([])).toBe('review');
    expect(faultsOfStep(draftFaults(newDraft()), 'purpose')).toHaveLength(2);
  });

  it('come one after another', () => {
    const [first, second] = STEPS;
    expect([stepAfter(first), stepBefore(second), stepBefore(first)]).toEqual([
      second,
      first,
      first,
    ]);
    expect(stepAfter('review')).toBe('review');
  });
});

describe('what a new study is told of its numbers', () => {
  it('three sites tolerate no dropout, four tolerate one', () => {
    expect(outlooks(filled()).slice(0, 2)).toEqual([
      { kind: 'secure', sites: 3, colluders: 1, threshold: 3, required: 3, dropoutsTolerated: 0 },
      { kind: 'secure', sites: 4, colluders: 1, threshold: 3, required: 3, dropoutsTolerated: 1 },
    ]);
  });

  it('two are refused, with the reason', () => {
    const [two, three] = outlooks(filled({ 'participation.minSites': 2 }));
    expect(two).toMatchObject({ kind: 'refused', sites: 2 });
    expect(three).toMatchObject({ kind: 'secure', sites: 3 });
  });

  it('speaks of the sites that are named', () => {
    const named = filled({ 'participation.sites': ['a', 'b', 'c', 'd', 'e'] });
    expect(outlookOf(named)).toMatchObject({ sites: 5 });
    expect(outlookOf(filled({ privacy: { secureAggregation: 'off' } }))).toEqual({
      kind: 'plain',
      sites: 3,
    });
    expect(outlookOf(newDraft())).toBeUndefined();
  });
});

describe('a draft that is kept', () => {
  const kept = new Map<string, string>();
  const keeper = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };

  it('comes back as it was, until it is dropped', () => {
    keepDraft(keeper, filled());
    expect(keptDraft(keeper)).toMatchObject({ study: 'smears', title: 'Blood smears' });
    dropDraft(keeper);
    expect(keptDraft(keeper)).not.toHaveProperty('study');
  });

  it.each(['{', '[]', '7'])('is a new one where what is kept is %s', (text) => {
    kept.set([...kept.keys()][0] ?? 'consilium-new-study', text);
    expect(keptDraft(keeper)).toMatchObject({ adapter: {} });
  });
});
