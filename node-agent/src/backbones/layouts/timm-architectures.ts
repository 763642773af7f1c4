/**
 * What the names of timm's vision transformers stand for: what neither config.json nor the tensors say. Written from timm 1.0.29
 * (models/vision_transformer.py) by recording what each of its functions hands to VisionTransformer; functions whose blocks are of
 * another kind (parallel, RMS norm, differential attention) are left out.
 */

/** A name's meaning; model_args of config.json override it. */
export interface TimmArchitecture {
  readonly width: number;
  readonly depth: number;
  readonly heads: number;
  readonly activation: 'gelu' | 'gelu-tanh' | 'quick-gelu' | 'silu';
  readonly normEpsilon: number;
  readonly pool: 'token' | 'avg' | 'map';
  /** Positions for patches alone, not for class token and registers. */
  readonly noEmbedClass: boolean;
}

const USUAL = {
  activation: 'gelu',
  normEpsilon: 1e-6,
  pool: 'token',
  noEmbedClass: false,
} as const;

type Row = readonly [
  sizes: readonly [width: number, depth: number, heads: number],
  unusual: Partial<TimmArchitecture>,
  names: readonly string[],
];

const ROWS: readonly Row[] = [
  [[64, 6, 2], {}, ['test_vit']],
  [[64, 8, 2], { pool: 'avg' }, ['test_vit2']],
  [[192, 12, 3], {}, ['vit_tiny_patch16_224', 'vit_tiny_patch16_384']],
  [[256, 10, 4], { normEpsilon: 1e-5 }, ['vit_xsmall_patch16_clip_224']],
  [[256, 14, 4], { pool: 'avg', noEmbedClass: true }, ['vit_wee_patch16_reg1_gap_256']],
  [
    [320, 14, 5],
    { pool: 'avg', noEmbedClass: true },
    ['vit_little_patch16_reg1_gap_256', 'vit_little_patch16_reg4_gap_256'],
  ],
  [[384, 12, 6], { noEmbedClass: true }, ['flexivit_small', 'vit_small_patch14_reg4_dinov2']],
  [
    [384, 12, 6],
    {},
    [
      'vit_small_patch8_224',
      'vit_small_patch14_dinov2',
      'vit_small_patch16_224',
      'vit_small_patch16_384',
      'vit_small_patch32_224',
      'vit_small_patch32_384',
    ],
  ],
  [[384, 36, 6], {}, ['vit_small_patch16_36x1_224']],
  [
    [512, 12, 8],
    { normEpsilon: 1e-5 },
    ['vit_medium_patch16_clip_224', 'vit_medium_patch32_clip_224'],
  ],
  [
    [512, 12, 8],
    { pool: 'avg', noEmbedClass: true },
    ['vit_medium_patch16_reg1_gap_256', 'vit_medium_patch16_reg4_gap_256'],
  ],
  [
    [512, 12, 8],
    { pool: 'avg' },
    ['vit_medium_patch16_gap_240', 'vit_medium_patch16_gap_256', 'vit_medium_patch16_gap_384'],
  ],
  [
    [512, 20, 8],
    { pool: 'avg', noEmbedClass: true },
    ['vit_mediumd_patch16_reg4_gap_256', 'vit_mediumd_patch16_reg4_gap_384'],
  ],
  [[640, 12, 10], { normEpsilon: 1e-5 }, ['vit_betwixt_patch32_clip_224']],
  [
    [640, 12, 10],
    { pool: 'avg', noEmbedClass: true },
    [
      'vit_betwixt_patch16_reg1_gap_256',
      'vit_betwixt_patch16_reg4_gap_256',
      'vit_betwixt_patch16_reg4_gap_384',
    ],
  ],
  [[640, 12, 10], { pool: 'avg' }, ['vit_betwixt_patch16_gap_256']],
  [[768, 12, 12], { activation: 'gelu-tanh', pool: 'avg' }, ['vit_base_patch32_siglip_gap_256']],
  [[768, 12, 12], { activation: 'gelu-tanh', pool: 'map' }, ['vit_base_patch32_siglip_256']],
  [
    [768, 12, 12],
    { activation: 'quick-gelu', normEpsilon: 1e-5 },
    ['vit_base_patch16_clip_quickgelu_224', 'vit_base_patch32_clip_quickgelu_224'],
  ],
  [
    [768, 12, 12],
    { normEpsilon: 1e-5 },
    [
      'vit_base_patch16_clip_224',
      'vit_base_patch16_clip_384',
      'vit_base_patch32_clip_224',
      'vit_base_patch32_clip_256',
      'vit_base_patch32_clip_384',
      'vit_base_patch32_clip_448',
    ],
  ],
  [[768, 12, 12], { pool: 'avg', noEmbedClass: true }, ['vit_base_patch16_reg4_gap_256']],
  [
    [768, 12, 12],
    { pool: 'avg' },
    [
      'vit_base_patch16_siglip_gap_224',
      'vit_base_patch16_siglip_gap_256',
      'vit_base_patch16_siglip_gap_384',
      'vit_base_patch16_siglip_gap_512',
    ],
  ],
  [
    [768, 12, 12],
    { pool: 'map' },
    [
      'vit_base_patch16_siglip_224',
      'vit_base_patch16_siglip_256',
      'vit_base_patch16_siglip_384',
      'vit_base_patch16_siglip_512',
    ],
  ],
  [
    [768, 12, 12],
    { noEmbedClass: true },
    ['flexivit_base', 'vit_base_patch14_reg1_tipsv2', 'vit_base_patch14_reg4_dinov2'],
  ],
  [
    [768, 12, 12],
    {},
    [
      'vit_base_patch8_224',
      'vit_base_patch14_dinov2',
      'vit_base_patch16_224',
      'vit_base_patch16_224_miil',
      'vit_base_patch16_384',
      'vit_base_patch32_224',
      'vit_base_patch32_384',
    ],
  ],
  [[768, 12, 16], { pool: 'avg' }, ['vit_base_patch16_gap_224']],
  [
    [832, 21, 13],
    { pool: 'avg' },
    [
      'vit_so150m2_patch16_reg1_gap_256',
      'vit_so150m2_patch16_reg1_gap_384',
      'vit_so150m2_patch16_reg1_gap_448',
    ],
  ],
  [[896, 12, 14], { normEpsilon: 1e-5 }, ['vit_base_patch16_plus_clip_240']],
  [[896, 12, 14], {}, ['vit_base_patch16_plus_240', 'vit_base_patch32_plus_256']],
  [
    [896, 18, 14],
    { pool: 'avg' },
    ['vit_so150m_patch16_reg4_gap_256', 'vit_so150m_patch16_reg4_gap_384'],
  ],
  [[1024, 24, 16], { activation: 'gelu-tanh', pool: 'avg' }, ['vit_large_patch16_siglip_gap_512']],
  [[1024, 24, 16], { activation: 'gelu-tanh', pool: 'map' }, ['vit_large_patch16_siglip_512']],
  [
    [1024, 24, 16],
    { activation: 'quick-gelu', normEpsilon: 1e-5 },
    ['vit_large_patch14_clip_quickgelu_224', 'vit_large_patch14_clip_quickgelu_336'],
  ],
  [
    [1024, 24, 16],
    { normEpsilon: 1e-5 },
    ['vit_large_patch14_clip_224', 'vit_large_patch14_clip_336'],
  ],
  [
    [1024, 24, 16],
    { pool: 'avg' },
    [
      'eva_large_patch14_196',
      'eva_large_patch14_336',
      'vit_large_patch16_siglip_gap_256',
      'vit_large_patch16_siglip_gap_384',
    ],
  ],
  [
    [1024, 24, 16],
    { pool: 'map' },
    ['vit_large_patch16_siglip_256', 'vit_large_patch16_siglip_384'],
  ],
  [
    [1024, 24, 16],
    { noEmbedClass: true },
    ['flexivit_large', 'vit_large_patch14_reg1_tipsv2', 'vit_large_patch14_reg4_dinov2'],
  ],
  [
    [1024, 24, 16],
    {},
    [
      'vit_intern300m_patch14_448',
      'vit_large_patch14_224',
      'vit_large_patch14_dinov2',
      'vit_large_patch16_224',
      'vit_large_patch16_384',
      'vit_large_patch32_224',
      'vit_large_patch32_384',
    ],
  ],
  [
    [1152, 27, 16],
    { activation: 'gelu-tanh', pool: 'avg' },
    [
      'vit_so400m_patch16_siglip_gap_256',
      'vit_so400m_patch16_siglip_gap_384',
      'vit_so400m_patch16_siglip_gap_512',
    ],
  ],
  [
    [1152, 27, 16],
    { activation: 'gelu-tanh', pool: 'map' },
    [
      'vit_so400m_patch16_siglip_256',
      'vit_so400m_patch16_siglip_384',
      'vit_so400m_patch16_siglip_512',
    ],
  ],
  [
    [1152, 27, 16],
    { pool: 'avg' },
    [
      'vit_so400m_patch14_siglip_gap_224',
      'vit_so400m_patch14_siglip_gap_378',
      'vit_so400m_patch14_siglip_gap_384',
      'vit_so400m_patch14_siglip_gap_448',
      'vit_so400m_patch14_siglip_gap_896',
    ],
  ],
  [
    [1152, 27, 16],
    { pool: 'map' },
    [
      'vit_so400m_patch14_siglip_224',
      'vit_so400m_patch14_siglip_378',
      'vit_so400m_patch14_siglip_384',
    ],
  ],
  [[1152, 27, 16], { noEmbedClass: true }, ['vit_so400m_patch14_reg1_tipsv2']],
  [
    [1280, 32, 16],
    { activation: 'quick-gelu', normEpsilon: 1e-5 },
    ['vit_huge_patch14_clip_quickgelu_224', 'vit_huge_patch14_clip_quickgelu_378'],
  ],
  [
    [1280, 32, 16],
    { normEpsilon: 1e-5 },
    ['vit_huge_patch14_clip_224', 'vit_huge_patch14_clip_336', 'vit_huge_patch14_clip_378'],
  ],
  [[1280, 32, 16], { pool: 'avg' }, ['vit_huge_patch14_gap_224', 'vit_huge_patch16_gap_448']],
  [[1280, 32, 16], {}, ['vit_huge_patch14_224']],
  [[1408, 40, 16], { normEpsilon: 1e-5 }, ['vit_giant_patch14_clip_224']],
  [[1408, 40, 16], { pool: 'avg' }, ['vit_giant_patch16_gap_224']],
  [[1408, 40, 16], {}, ['vit_giant_patch14_224']],
  [
    [1536, 40, 16],
    { activation: 'gelu-tanh', pool: 'avg' },
    ['vit_giantopt_patch16_siglip_gap_256', 'vit_giantopt_patch16_siglip_gap_384'],
  ],
  [
    [1536, 40, 16],
    { activation: 'gelu-tanh', pool: 'map' },
    ['vit_giantopt_patch16_siglip_256', 'vit_giantopt_patch16_siglip_384'],
  ],
  [
    [1536, 40, 24],
    { activation: 'silu', noEmbedClass: true },
    ['vit_giant_patch14_reg1_tipsv2', 'vit_giant_patch14_reg4_dinov2'],
  ],
  [[1536, 40, 24], { activation: 'silu' }, ['vit_giant_patch14_dinov2']],
  [
    [1664, 48, 16],
    { activation: 'quick-gelu', normEpsilon: 1e-5 },
    ['vit_gigantic_patch14_clip_quickgelu_224'],
  ],
  [
    [1664, 48, 16],
    { normEpsilon: 1e-5 },
    ['vit_gigantic_patch14_clip_224', 'vit_gigantic_patch14_clip_378'],
  ],
  [[1664, 48, 16], {}, ['vit_gigantic_patch14_224']],
];

export const TIMM_ARCHITECTURES: ReadonlyMap<string, TimmArchitecture> = new Map(
  ROWS.flatMap(([[width, depth, heads], unusual, names]) =>
    names.map((name): [string, TimmArchitecture] => [
      name,
      { ...USUAL, width, depth, heads, ...unusual },
    ]),
  ),
);
