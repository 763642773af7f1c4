/** The licences of the models, with what they say on derived works. Texts are summed up in our words; the licence counts. */
import type { Licence } from './model.js';

export const APACHE_2: Licence = {
  name: 'Apache License 2.0',
  spdx: 'Apache-2.0',
  commercialUse: 'allowed',
  derivatives: 'allowed',
  clause:
    'section 4: derived works may be passed on with the licence, notices and a word on changes',
};

export const APACHE_2_COMMONS_CLAUSE: Licence = {
  name: 'Apache License 2.0 with Commons Clause 1.0',
  commercialUse: 'conditions',
  derivatives: 'allowed',
  clause:
    'Commons Clause: no product or service is sold whose value derives from the model; else section 4 of the Apache License',
};

export const MIT: Licence = {
  name: 'MIT License',
  spdx: 'MIT',
  commercialUse: 'allowed',
  derivatives: 'allowed',
  clause: 'second paragraph: copies and substantial portions carry the copyright notice',
};

export const CC_BY_NC: Licence = {
  name: 'Creative Commons Attribution-NonCommercial 4.0',
  spdx: 'CC-BY-NC-4.0',
  commercialUse: 'forbidden',
  derivatives: 'conditions',
  clause: 'section 2(a)(1): adapted material may be shared, for non-commercial purposes only',
};

export const CC_BY_NC_ND: Licence = {
  name: 'Creative Commons Attribution-NonCommercial-NoDerivatives 4.0',
  spdx: 'CC-BY-NC-ND-4.0',
  commercialUse: 'forbidden',
  derivatives: 'forbidden',
  clause: 'section 2(a)(1)(B): adapted material may be made but not shared',
};

export const OWKIN: Licence = {
  name: 'Owkin non-commercial licence',
  commercialUse: 'forbidden',
  derivatives: 'conditions',
  clause:
    'preamble: rights for non-profit entities alone; derived works for non-commercial research, under the same terms',
};

export const GIGAPATH: Licence = {
  name: 'Apache License 2.0, with access terms for research',
  commercialUse: 'forbidden',
  derivatives: 'conditions',
  clause:
    'access terms of the model page: non-commercial research, no clinical or diagnostic use; else section 4 of the Apache License',
};

export const KAIKO: Licence = {
  name: 'Kaiko Non-Commercial Public License 1',
  commercialUse: 'forbidden',
  derivatives: 'conditions',
  clause:
    'sections 2(a)(1)(b) and 3(b): adapted material may be shared, for non-commercial purposes only and on the same terms',
};

export const LUNIT: Licence = {
  name: 'Lunit Public License',
  commercialUse: 'forbidden',
  derivatives: 'conditions',
  clause: 'section 2(A)(1)(ii): adapted material may be shared, for non-commercial purposes only',
};

export const MICROSOFT_RESEARCH: Licence = {
  name: 'Microsoft Research License Agreement',
  commercialUse: 'forbidden',
  derivatives: 'conditions',
  clause: 'grant of rights: derived works for non-commercial research, under the same agreement',
};

export const HEALTH_AI: Licence = {
  name: 'Health AI Developer Foundations terms of use',
  commercialUse: 'allowed',
  derivatives: 'conditions',
  clause: 'section 3: derived models are passed on with these terms and their prohibited uses',
};

export const DINOV3: Licence = {
  name: 'DINOv3 License',
  commercialUse: 'conditions',
  derivatives: 'conditions',
  clause: 'section 1(b): derived works are passed on under this licence, with a copy of it',
};

export const VISIONFM: Licence = {
  name: 'VisionFM non-commercial licence',
  commercialUse: 'forbidden',
  derivatives: 'conditions',
  clause: 'licence of the code repository: non-commercial research',
};
