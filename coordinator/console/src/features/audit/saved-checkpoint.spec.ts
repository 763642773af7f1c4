import {
  forgetCheckpoint,
  saveCheckpoint,
  savedCheckpoint,
  type Store,
} from './saved-checkpoint.js';

function memory(): Store {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

describe('the checkpoint that a browser keeps', () => {
  const first = { note: 'note 1', logKey: 'key', size: 3, savedAtMs: 100 };

  it('is the one kept last, and the key is known since the first', () => {
    const store = memory();
    expect(savedCheckpoint(store)).toBeUndefined();
    saveCheckpoint(store, first);
    saveCheckpoint(store, { ...first, note: 'note 2', size: 5, savedAtMs: 200 });
    expect(savedCheckpoint(store)).toEqual({
      ...{ note: 'note 2', logKey: 'key', size: 5, savedAtMs: 200 },
      keySinceMs: 100,
    });
    saveCheckpoint(store, { ...first, logKey: 'other', savedAtMs: 300 });
    expect(savedCheckpoint(store)?.keySinceMs).toBe(300);
    forgetCheckpoint(store);
    expect(savedCheckpoint(store)).toBeUndefined();
  });

  it('is none where something else was written', () => {
    const store = memory();
    store.setItem('consilium-checkpoint', '{');
    expect(savedCheckpoint(store)).toBeUndefined();
    store.setItem('consilium-checkpoint', '{"note":1}');
    expect(savedCheckpoint(store)).toBeUndefined();
  });
});
