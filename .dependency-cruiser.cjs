/**
 * The layer tables. A folder may import only folders on earlier lines of its chain, and itself; folders of one line are
 * strangers. Text after # tells two chains of one package apart. The package READMEs show the same tables.
 */
const layers = {
  'shared/src': [
    ['vocabulary'],
    ['encoding'],
    ['crypto', 'statistics', 'command-line'],
    ['tensors', 'log'],
    ['aggregation'],
    ['protocol'],
    ['catalogue'],
    ['secagg'],
    ['rounds'],
    ['verify'],
    ['answers'],
  ],
  'coordinator/src': [
    ['config'],
    ['database'],
    ['platform'],
    ['audit'],
    ['operators'],
    ['sites'],
    ['blobs'],
    ['models'],
    ['studies'],
    ['acts'],
    ['updates'],
    ['aggregation'],
    ['evaluations'],
    ['rounds'],
    ['gateway'],
    ['bundles'],
    ['tracking'],
    ['health'],
    ['console'],
    ['backup'],
    ['doctor'],
    ['cli'],
  ],
  'node-agent/src#trainer': [
    ['config', 'telemetry'],
    ['trainer-link'],
    ['engine'],
    ['data'],
    ['backbones'],
    ['adapters'],
    ['export'],
    ['tasks'],
    ['privacy'],
    ['training'],
  ],
  'node-agent/onnxruntime-backend/src': [
    ['onnx'],
    ['sessions'],
    ['backend'],
    ['kernels'],
    ['capture'],
  ],
  'node-agent/src#supervisor': [
    ['config', 'telemetry'],
    ['trainer-link'],
    ['network'],
    ['identity'],
    ['transport'],
    ['policy'],
    ['participation'],
    ['dashboard'],
    ['cli'],
  ],
};

const folderRules = Object.entries(layers).flatMap(([chain, levels]) => {
  const root = chain.split('#')[0];
  return levels.flatMap((level, i) =>
    level.map((folder) => {
      const allowed = [folder, ...levels.slice(0, i).flat()].join('|');
      return {
        name: `${chain.replace('/src', '')}:${folder}`,
        severity: 'error',
        from: { path: `^${root}/${folder}/` },
        to: { path: `^${root}/(?!(${allowed})/)` },
      };
    }),
  );
});

module.exports = {
  forbidden: [
    ...folderRules,
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'arrow',
      severity: 'error',
      from: { path: '^(shared|node-agent|coordinator)/' },
      to: { path: '^(coordinator|node-agent)/src', pathNot: '^$1/' },
    },
    {
      name: 'shared-is-pure',
      severity: 'error',
      from: { path: '^shared/src', pathNot: '^shared/src/crypto/|[.]spec[.]ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'only-engine-picks-a-backend',
      severity: 'error',
      from: { path: '^node-agent/src', pathNot: '^node-agent/src/engine/' },
      to: {
        path: '@tensorflow/tfjs-(backend|node)|/onnxruntime-backend/|^@consilium/tfjs-onnxruntime',
      },
    },
    {
      name: 'console-uses-shared',
      severity: 'error',
      from: { path: '^coordinator/console/' },
      to: { path: '^(coordinator/src|node-agent)/' },
    },
    { name: 'not-to-spec', severity: 'error', from: {}, to: { path: '[.]spec[.]ts$' } },
    {
      name: 'undeclared',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@consilium/source', 'import', 'types', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs'],
    },
  },
};

// The tool refuses keys it does not know; the spec that compares these tables with the READMEs reads this one.
Object.defineProperty(module.exports, 'layers', { value: layers, enumerable: false });
