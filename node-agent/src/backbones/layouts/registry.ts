/** The layouts there are: one line each, in the order in which they are asked whether a folder is theirs. */
import { huggingFaceClip } from './hugging-face-clip.js';
import { huggingFaceDinov2WithRegisters } from './hugging-face-dinov2-with-registers.js';
import { huggingFaceDinov2 } from './hugging-face-dinov2.js';
import { huggingFaceDinov3 } from './hugging-face-dinov3.js';
import { huggingFaceSam } from './hugging-face-sam.js';
import { huggingFaceSiglip } from './hugging-face-siglip.js';
import { huggingFaceVitMae } from './hugging-face-vit-mae.js';
import { huggingFaceVit } from './hugging-face-vit.js';
import type { Layout } from './layout.js';
import { openClipTimm } from './open-clip-timm.js';
import { openClip } from './open-clip.js';
import { originalDino } from './original-dino.js';
import { originalSam } from './original-sam.js';
import { retfound } from './retfound.js';
import { timm } from './timm.js';

/** First those that tensors' names tell apart beyond doubt, then those that config.json names, last the ones without any file. */
export const LAYOUTS: readonly Layout[] = [
  openClipTimm,
  openClip,
  timm,
  huggingFaceVit,
  huggingFaceVitMae,
  huggingFaceDinov2,
  huggingFaceDinov2WithRegisters,
  huggingFaceDinov3,
  huggingFaceClip,
  huggingFaceSiglip,
  huggingFaceSam,
  originalSam,
  retfound,
  originalDino,
];
