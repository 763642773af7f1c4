import {
  studyProtocolHash,
  type AdapterConfig,
  type StudyProtocol,
} from '@consilium/shared/protocol';
import { requireModel, type CatalogueModel } from '@consilium/shared/catalogue';
import { libraryModel } from './libraries/registry.js';
import { requireShareable } from './licence-rule.js';
import { modelCard, type CardSources } from './model-card.js';
import { studyOn } from './testing/studies.js';

const LORA: AdapterConfig = {
  kind: 'lora',
  rank: 3,
  alpha: 6,
  targets: ['query', 'value'],
  blocks: [0, 1],
};

describe('the model card', () => {
  let protocol: StudyProtocol;

  beforeAll(async () => {
    ({ protocol } = await studyOn('vit', LORA));
  });

  function card(given: Partial<CardSources> & { readonly base?: CatalogueModel } = {}): string {
    const { geometry } = protocol.backbone;
    return modelCard({
      protocol,
      format: 'peft',
      model: libraryModel('transformers vit', geometry, geometry),
      tensors: [{ name: 'head.weight', shape: [3, 16] }],
      notes: [],
      ...given,
    });
  }

  it('loads the adapter in the lines that it shows', () => {
    expect(card()).toContain(
      [
        '```python',
        'from transformers import ViTForImageClassification',
        'from peft import PeftModel',
        '',
        'base, folder = "FOLDER OF THE BASE MODEL", "FOLDER OF THIS FILE"',
        'model = ViTForImageClassification.from_pretrained(base, num_labels=3)',
        'model = PeftModel.from_pretrained(model, folder).eval()',
        '```',
      ].join('\n'),
    );
  });

  it('loads a merged model of timm in one line', () => {
    const { geometry } = protocol.backbone;
    const model = libraryModel('timm VisionTransformer', geometry, geometry);
    expect(card({ format: 'merged', model })).toContain(
      'model = timm.create_model("local-dir:" + folder, pretrained=True, num_classes=3)',
    );
  });

  it('says study, protocol, base, method, classes and pictures', () => {
    const text = card({ base: requireModel('phikon') });
    expect(text).toMatch(/^---\nlibrary_name: peft\nbase_model: owkin\/phikon\nlicense: other\n/);
    expect(text).toContain(`| Study protocol | \`${studyProtocolHash(protocol)}\` |`);
    expect(text).toContain(`hash \`${protocol.backbone.hash}\``);
    expect(text).toContain('| Method | LoRA, rank 3, alpha 6; query, value; blocks 0, 1 |');
    expect(text).toContain('in this order: benign, malignant, normal');
    expect(text).toContain('The model reads 32 x 32 pixels, RGB:');
    expect(text).toContain('It is no medical device');
    expect(text).toContain('under Owkin non-commercial licence');
    expect(text).not.toContain('not compared with the publisher');
    expect(card({ base: requireModel('visionfm') })).toContain('not compared with the publisher');
    expect(text).toContain('head.weight [3, 16]');
  });

  it('says nothing of the base’s licence that it does not know', () => {
    expect(card()).toContain('The base model is in no catalogue that this export knows.');
  });

  it('has figures when they are given, and notes', () => {
    const text = card({ metrics: { 'balanced accuracy': 0.91 }, notes: ['A note.'] });
    expect(text).toContain('| balanced accuracy | 0.91 |');
    expect(text).toContain('> A note.');
    expect(card()).not.toContain('## Figures');
  });

  it('lets no title become anything else than text', () => {
    const title = 'A <script>alert(1)</script>\n# [x](y)';
    const text = card({ protocol: { ...protocol, title } });
    expect(text).toContain('# A \\<script\\>alert(1)\\</script\\> \\# \\[x\\](y)\n');
  });
});

describe('the licence of the base', () => {
  it('forbids the export where it forbids derived works, and names the clause', () => {
    expect(() => requireShareable([undefined, 'uni'])).toThrow(
      'nothing is exported: the licence of UNI (Creative Commons Attribution-NonCommercial-NoDerivatives 4.0) forbids to pass on what is derived from it: section 2(a)(1)(B)',
    );
  });

  it('forbids it whichever of study, caller and folder names the base', () => {
    expect(() => requireShareable(['phikon', undefined, 'uni'])).toThrow('the licence of UNI');
  });

  it('allows all else, and what nobody knows', () => {
    expect(requireShareable(['phikon'])?.id).toBe('phikon');
    expect(requireShareable(['no-such-model', undefined])).toBeUndefined();
  });
});
