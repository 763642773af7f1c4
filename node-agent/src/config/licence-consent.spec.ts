import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFolderModel } from './folder-model.js';
import { requireConsent, requireFolderConsent } from './licence-consent.js';

const UNI = { model: 'uni', acceptedBy: 'Dr. Example', acceptedOn: '2026-01-31' };
const REFUSED = expect.objectContaining({ code: 'licence-not-accepted' }) as Error;

describe('the consent to a licence', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'consent-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('is asked for a model that is handed out on conditions, and says what to record where', () => {
    expect(() => requireConsent('uni', [])).toThrow(REFUSED);
    expect(() => requireConsent('uni', [{ ...UNI, model: 'virchow' }])).toThrow(REFUSED);
    expect(() => requireConsent('uni', [])).toThrow(
      /agent\.yaml.*licences: \{ model: uni, acceptedBy: NAME, acceptedOn: YYYY-MM-DD \}/,
    );
    expect(() => requireConsent('uni', [UNI])).not.toThrow();
  });

  it.each(['rad-dino', 'of-a-hospital', undefined])('is not asked for %s', (model) => {
    expect(() => requireConsent(model, [])).not.toThrow();
  });

  it.each([
    ['transformers', { _name_or_path: 'MahmoodLab/UNI' }],
    ['timm', { architecture: 'vit_large', pretrained_cfg: { hf_hub_id: 'MahmoodLab/UNI' } }],
    ['a model of two towers', { vision_config: { _name_or_path: '/srv/MahmoodLab/uni' } }],
  ])('is asked for what config.json of %s names', async (_, config) => {
    await writeFile(join(folder, 'config.json'), JSON.stringify(config));
    expect(await readFolderModel(folder)).toBe('uni');
    await expect(requireFolderConsent(folder, [], [])).rejects.toThrow(REFUSED);
    await expect(requireFolderConsent(folder, [], [UNI])).resolves.toBeUndefined();
  });

  it.each(['MahmoodLab/UNI', 'models--MahmoodLab--UNI/snapshots/0'])(
    'is asked for a folder called %s',
    async (name) => {
      await mkdir(join(folder, name), { recursive: true });
      expect(await readFolderModel(join(folder, name))).toBe('uni');
    },
  );

  it('is asked for each model that somebody names, whatever the folder says', async () => {
    await writeFile(join(folder, 'config.json'), '{"_name_or_path":"MahmoodLab/UNI"}');
    await expect(requireFolderConsent(folder, ['virchow'], [UNI])).rejects.toThrow(/Virchow/);
  });

  it.each(['{', '[]', '{"_name_or_path":7}'])(
    'is not asked for a folder whose config.json is %s',
    async (text) => {
      await writeFile(join(folder, 'config.json'), text);
      expect(await readFolderModel(folder)).toBeUndefined();
      expect(await readFolderModel(join(folder, 'nowhere'))).toBeUndefined();
    },
  );
});
