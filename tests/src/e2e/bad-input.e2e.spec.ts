/** What people type wrong, against the built programs: one sentence that says what to do, and the exit code of the table. */
import { createServer, type AddressInfo, type Server } from 'node:net';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandOutcome, dataOf, type Program } from '@consilium/demo/program';
import { SHIPPED_BACKBONE } from '@consilium/demo/shipped-backbone';
import { stringify } from 'yaml';

describe('bad input', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'consilium-bad-input-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function file(name: string, content: unknown): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, typeof content === 'string' ? content : stringify(content));
    return path;
  }

  async function refusal(program: Program, ...args: string[]) {
    const { code, stdout, stderr } = await commandOutcome(program, args);
    return { code, stdout, stderr };
  }

  it('lists every fault of a coordinator configuration, with path and expectation, and ends with 4', async () => {
    const config = await file('c.yaml', {
      dataFolder: join(folder, 'data'),
      http: { port: 'eighty', hostt: 'x' },
      logOrigin: 'two words',
    });
    const { code, stderr } = await refusal('coordinator', 'serve', '--config', config);

    expect(code).toBe(4);
    expect(stderr).toMatch(/http\.port/);
    expect(stderr).toMatch(/hostt/);
    expect(stderr).toMatch(/logOrigin/);
  });

  describe('on a port in use', () => {
    let holder: Server;

    beforeEach(async () => {
      holder = createServer();
      await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    });

    afterEach(() => new Promise((resolve) => holder.close(resolve)));

    it('says which port is taken and what to do', async () => {
      const { port } = holder.address() as AddressInfo;
      const config = await file('c.yaml', { dataFolder: join(folder, 'data'), http: { port } });
      const { code, stderr } = await refusal('coordinator', 'serve', '--config', config);

      expect(code).not.toBe(0);
      expect(stderr).toMatch(new RegExp(`port ${port} .*is taken: stop the program`));
    });
  });

  it('lists every fault of an agent configuration and ends with 4', async () => {
    await file('agent.yaml', {
      coordinator: 'ftp://nowhere',
      studies: [{ study: 'Blood Cells', data: 'd', backbone: 7 }],
      colour: 'blue',
    });
    const { code, stderr } = await refusal('agent', 'run', '--home', folder);

    expect(code).toBe(4);
    expect(stderr).toMatch(/coordinator: /);
    expect(stderr).toMatch(/studies\.0\.study: /);
    expect(stderr).toMatch(/studies\.0\.backbone: /);
    expect(stderr).toMatch(/colour/);
  });

  it('says that a coordinator cannot be reached, and ends with 2', async () => {
    const token = await file('token', 'x'.repeat(32));
    const { code, stderr } = await refusal(
      'operator',
      ...['sites', '--url', 'http://127.0.0.1:9', '--token-file', token],
    );

    expect(code).toBe(2);
    expect(stderr).toMatch(/127\.0\.0\.1:9/);
  });

  it('names the tensor that a backbone lacks', async () => {
    const backbone = join(folder, 'backbone');
    await cp(SHIPPED_BACKBONE, backbone, { recursive: true });
    const config = join(backbone, 'config.json');
    const stated = await readFile(config, 'utf8');
    await writeFile(config, stated.replace(/"num_hidden_layers": 6/, '"num_hidden_layers": 7'));
    const { code, stderr } = await refusal('agent', 'backbone', 'inspect', backbone, '--json');

    expect(code).not.toBe(0);
    expect(stderr).toMatch(/encoder\.layer\.6\./);
  });

  it('says how to convert a pickle', async () => {
    const backbone = join(folder, 'backbone');
    await mkdir(backbone);
    await cp(join(SHIPPED_BACKBONE, 'config.json'), join(backbone, 'config.json'));
    await cp(
      join(SHIPPED_BACKBONE, 'preprocessor_config.json'),
      join(backbone, 'preprocessor_config.json'),
    );
    await writeFile(join(backbone, 'pytorch_model.bin'), 'PK\u0003\u0004');
    const { code, stderr } = await refusal('agent', 'backbone', 'inspect', backbone, '--json');

    expect(code).not.toBe(0);
    expect(stderr).toMatch(
      /a pickle can run code .*convert it offline .*safetensors\.torch\.save_file/,
    );
  });

  it('counts and lists the rows of labels.csv that cannot be used, by row and rule', async () => {
    await file(
      'labels.csv',
      [
        'file,label,split,site,patient',
        'missing.png,a,train,x,p1',
        'text.png,a,train,x,p2',
        'text.png,,train,x,p3',
        'text.png,zebra,train,x,p4',
        'text.png,a,never,x,p5',
        '../outside.png,a,train,x,p6',
      ].join('\n'),
    );
    await file('text.png', 'this is not an image');
    const { code, stdout, stderr } = await refusal(
      'agent',
      ...['data', 'check', '--data', folder, '--study-classes', 'a,b', '--json'],
    );
    const report = dataOf(stdout) as {
      images: number;
      used: number;
      skipped: number;
      problems: { row: number; rule: string }[];
    };

    expect(code).toBe(1);
    expect(stderr).toMatch(/0 usable training images/);
    expect(report).toMatchObject({ images: 6, used: 0, skipped: 6 });
    expect(report.problems.map(({ row }) => row)).toEqual([2, 3, 4, 5, 6, 7]);
  });

  it('tells a folder that is no bundle from one that fails: 4 and 1', async () => {
    const { code, stderr } = await refusal('verifier', 'bundle', folder);

    expect(code).toBe(4);
    expect(stderr).not.toBe('');
  });

  it('refuses an option of the demo that makes no sense, with 4', async () => {
    const { code, stderr } = await refusal('demo', '--sites', '1');

    expect(code).toBe(4);
    expect(stderr).toMatch(/from 2 to 50/);
  });
});
