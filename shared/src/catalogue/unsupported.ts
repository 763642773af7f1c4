/** Models of medicine that are no single ViT or SAM encoder of flat pictures, with the reason. */
import type { UnsupportedModel } from './model.js';

const SWIN = 'a Swin transformer with shifted windows, not a plain vision transformer';
const CONVOLUTIONS = 'a convolutional network, not a vision transformer';
const VOLUMES = 'reads volumes, and a backbone here reads flat pictures';

export const UNSUPPORTED: readonly UnsupportedModel[] = [
  entry('CTransPath', 'pathology', ['X-zhangyang/TransPath'], SWIN),
  entry('CHIEF', 'pathology', [], SWIN),
  entry(
    'CONCH',
    'pathology',
    ['MahmoodLab/CONCH', 'MahmoodLab/conchv1_5'],
    'its feature comes from an attention pool of its own code behind the vision transformer',
  ),
  entry('MUSK', 'pathology', ['xiangjx/musk'], 'a BEiT-3 encoder, which shares blocks with text'),
  entry(
    'KEEP',
    'pathology',
    ['Astaxanthin/KEEP'],
    'its picture side is a ViT-L inside code of its own: export it with timm first',
  ),
  entry('PMC-CLIP', 'several', ['axiong/PMC_CLIP'], CONVOLUTIONS),
  entry('MedCLIP', 'radiology', [], SWIN),
  entry('FLAIR', 'ophthalmology', ['jusiro2/FLAIR'], CONVOLUTIONS),
  entry(
    'EVA-X',
    'radiology',
    ['MapleF/eva_x'],
    'an EVA-02 encoder: rotary positions on heads and a norm inside the feed-forward layer',
  ),
  entry('MedSAM2', 'several', ['wanglab/MedSAM2'], 'a SAM 2 encoder (Hiera), not that of SAM', [
    'sam2',
    'sam2_video',
  ]),
  entry('SAM-Med3D', 'radiology', [], VOLUMES),
  entry('CT-CLIP', 'radiology', ['ibrahimhamamci/CT-CLIP'], VOLUMES),
  entry('Merlin', 'radiology', ['stanfordmimi/Merlin'], VOLUMES),
  entry('RadFM, M3D-CLIP', 'radiology', ['chaoyi-wu/RadFM', 'GoodBaiBai88/M3D-CLIP'], VOLUMES),
  entry('BrainIAC', 'radiology', [], VOLUMES),
  entry('CT-FM, SwinUNETR, STU-Net, VoCo', 'radiology', [], VOLUMES),
  entry('EchoCLIP', 'radiology', ['mkaichristensen/echo-clip'], CONVOLUTIONS),
  entry('Swin transformers', 'general', [], SWIN, ['swin', 'swinv2']),
  entry('ConvNeXt and ResNet', 'general', [], CONVOLUTIONS, [
    'convnext',
    'convnextv2',
    'dinov3_convnext',
    'resnet',
  ]),
  entry('BEiT', 'general', [], 'a BEiT encoder, with relative positions in every block', [
    'beit',
    'data2vec-vision',
  ]),
];

function entry(
  title: string,
  field: UnsupportedModel['field'],
  repositories: readonly string[],
  reason: string,
  modelTypes: readonly string[] = [],
): UnsupportedModel {
  return { title, field, repositories, modelTypes, reason };
}
