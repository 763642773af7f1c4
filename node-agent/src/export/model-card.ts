/**
 * README.md of an exported folder: what was trained, on what, how it is opened, and what it must not be used for, with the front
 * matter of a Hugging Face model card (huggingface.co/docs/hub/model-cards). Says nothing of patients, sites or their images.
 */
import type { CatalogueModel } from '@consilium/shared/catalogue';
import { decodeFloat } from '@consilium/shared/encoding';
import { inputSize, studyProtocolHash, type StudyProtocol } from '@consilium/shared/protocol';
import type { ParameterSpec } from '@consilium/shared/protocol';
import { HEAD_FILE } from './peft/key-names.js';
import type { LibraryModel } from './libraries/library-model.js';
import { describeMethod } from './method-words.js';

export type ExportFormat = 'peft' | 'merged';

export interface CardSources {
  readonly protocol: StudyProtocol;
  readonly format: ExportFormat;
  readonly model: LibraryModel;
  /** The base, if the catalogue knows it. */
  readonly base?: CatalogueModel;
  /** What was trained: names and shapes. */
  readonly tensors: readonly ParameterSpec[];
  /** Figures that whoever exports wants to publish, by what they say. */
  readonly metrics?: Readonly<Record<string, number>>;
  /** What the reader has to know, one sentence each. */
  readonly notes: readonly string[];
}

/** The text of the file. */
export function modelCard(sources: CardSources): string {
  const { protocol, notes } = sources;
  const sections = [
    frontMatter(sources),
    `# ${plain(protocol.title)}`,
    introduction(sources),
    ...(notes.length === 0 ? [] : [notes.map((note) => `> ${note}`).join('\n>\n')]),
    ['## Use in Python', '', '```python', ...pythonLines(sources), '```'].join('\n'),
    factsSection(sources),
    picturesSection(protocol),
    ...metricsSection(sources),
    LIMITS_SECTION,
    licenceSection(sources),
    tensorsSection(sources),
  ];
  return `${sections.join('\n\n')}\n`;
}

const LIMITS_SECTION = [
  '## Intended use and limits',
  '',
  'For research on the task and the classes named above. It is no medical device: no diagnosis or treatment may rest on it without the validation and approval that the law asks for.',
  'It was trained on pictures of the hospitals of one study; other scanners, stains, populations or protocols can change its results, and so can any other preparation of the pictures. Measure it on your own pictures first.',
].join('\n');

function frontMatter({ protocol, format, model, base }: CardSources): string {
  const [repository] = base?.repositories ?? [];
  const spdx = base?.licence.spdx?.toLowerCase();
  const lines = [
    '---',
    `library_name: ${format === 'peft' ? 'peft' : hubLibrary(model)}`,
    ...(repository === undefined ? [] : [`base_model: ${repository}`]),
    `license: ${spdx ?? 'other'}`,
    ...(spdx === undefined && base !== undefined
      ? [`license_name: ${JSON.stringify(base.licence.name)}`]
      : []),
    'pipeline_tag: image-classification',
    'tags:',
    ...['consilium', 'federated-learning', 'medical-imaging', protocol.adapter.kind].map(
      (tag) => `  - ${tag}`,
    ),
    '---',
  ];
  return lines.join('\n');
}

function hubLibrary({ library }: LibraryModel): string {
  switch (library) {
    case 'transformers':
    case 'timm':
    case 'open_clip':
      return library;
    case 'dinov2':
    case 'segment_anything':
      return 'pytorch';
  }
}

function introduction({ protocol, format }: CardSources): string {
  const { task, training } = protocol;
  const classes = task.classes.map(plain).join(', ');
  const what = format === 'peft' ? 'An adapter (PEFT) for' : 'A merged model of';
  return `${what} a frozen vision model, trained by hospitals together with Consilium: ${training.rounds} rounds of federated averaging, the pictures never left the hospitals. It tells apart, in this order: ${classes}.`;
}

/** @returns lines that load the export into `model`, and the logits where the head lies apart */
export function pythonLines({ protocol, format, model }: CardSources): string[] {
  const { python, head } = model;
  const classes = protocol.task.classes.length;
  const folders =
    format === 'peft'
      ? ['base, folder = "FOLDER OF THE BASE MODEL", "FOLDER OF THIS FILE"']
      : ['folder = "FOLDER OF THIS FILE"'];
  const wrapped =
    format === 'peft'
      ? ['model = PeftModel.from_pretrained(model, folder).eval()']
      : ['model.eval()'];
  const apart =
    head.kind === 'classifier'
      ? []
      : [
          `head = load_file(folder + "/${HEAD_FILE}")`,
          '',
          '# pixels: float32 [pictures, 3, height, width], prepared as described below',
          ...(python.feature ?? []),
          'logits = torch.nn.functional.linear(feature, head["weight"], head["bias"])',
        ];
  const imports = [
    ...python.imports,
    ...(format === 'peft' ? ['from peft import PeftModel'] : []),
    ...(head.kind === 'apart' ? ['from safetensors.torch import load_file'] : []),
  ];
  return [
    ...new Set(imports),
    '',
    ...folders,
    ...python.model(format === 'peft' ? 'base' : 'folder', classes),
    ...wrapped,
    ...apart,
  ];
}

function factsSection({ protocol, model, base }: CardSources): string {
  const { studyId, backbone, adapter, training } = protocol;
  const rows: [string, string][] = [
    ['Study', studyId],
    ['Study protocol', `\`${studyProtocolHash(protocol)}\``],
    ['Base model', base === undefined ? 'not in the catalogue' : `${base.title} (${base.id})`],
    ['Base parameters', `${backbone.parameters}, hash \`${backbone.hash}\``],
    ['Class', `${model.library}: ${model.className}`],
    ['Method', describeMethod(adapter)],
    ['Optimizer', `${training.optimizer.kind}, ${training.localEpochs} local epochs a round`],
  ];
  return ['## Facts', '', '| | |', '|---|---|', ...rows.map(([a, b]) => `| ${a} | ${b} |`)].join(
    '\n',
  );
}

function picturesSection({ backbone }: StudyProtocol): string {
  const { preprocessing } = backbone;
  const { resize, resample, crop, rescale, mean, std } = preprocessing;
  const { height, width } = inputSize(preprocessing);
  const numbers = (values: readonly string[]) =>
    values.map((bits) => String(decodeFloat(bits as typeof rescale))).join(', ');
  const steps = [
    resize.kind === 'exact'
      ? `resized to ${resize.height} x ${resize.width} pixels (${resample})`
      : `resized so that the ${resize.kind === 'shortest-edge' ? 'shorter' : 'longer'} side has ${resize.size} pixels (${resample})`,
    ...(crop?.fill === undefined ? [] : [`padded with colour ${crop.fill.join(', ')}`]),
    ...(crop === undefined ? [] : [`cut to the middle ${crop.height} x ${crop.width}`]),
    `multiplied by ${decodeFloat(rescale)}`,
    `minus mean ${numbers(mean)}, over std ${numbers(std)}`,
  ];
  return `## Pictures\n\nThe model reads ${height} x ${width} pixels, RGB: ${steps.join('; ')}.`;
}

function metricsSection({ metrics }: CardSources): string[] {
  return metrics === undefined
    ? []
    : [
        [
          '## Figures',
          '',
          '| | |',
          '|---|---|',
          ...Object.entries(metrics).map(([name, value]) => `| ${plain(name)} | ${value} |`),
        ].join('\n'),
      ];
}

function licenceSection({ base }: CardSources): string {
  if (base === undefined) {
    return '## Licence\n\nThe base model is in no catalogue that this export knows. What was trained is derived from it: read its licence before you pass this folder on.';
  }
  const { licence } = base;
  const permission =
    licence.derivatives === 'allowed' ? 'may be passed on' : 'may be passed on under conditions';
  const doubt = base.unverified.includes('licence')
    ? ' This summary was not compared with the publisher’s text; read that before you rely on it.'
    : '';
  return `## Licence\n\nThe base model, ${base.title}, is under ${licence.name}. What is derived from it ${permission} (${licence.clause}); commercial use: ${licence.commercialUse}.${doubt}`;
}

function tensorsSection({ tensors }: CardSources): string {
  const numbers = tensors.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  const lines = tensors.map(({ name, shape }) => `${name} [${shape.join(', ')}]`);
  return [
    `<details><summary>Trained tensors: ${tensors.length}, ${numbers} numbers</summary>`,
    '',
    '```text',
    ...lines,
    '```',
    '',
    '</details>',
  ].join('\n');
}

/** Text of a study as one line of Markdown that cannot become anything else. */
function plain(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>#|]/g, (mark) => `\\${mark}`);
}
