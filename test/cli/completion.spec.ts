import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { until } from '../support/until.js';
import { MAIN, proxyInjector, requires, runProgram, temporaryFolder } from './command-line.js';

/** What the hidden command that the scripts run prints for the words of a line. */
async function completed(...words: string[]): Promise<{ values: string[]; directive: string | undefined }> {
  const { code, stdout, stderr } = await proxyInjector(['__complete', ...words]);
  assert.deepEqual([code, stderr], [0, '']);
  const lines = stdout.trimEnd().split('\n');
  return { values: lines.slice(0, -1).map((line) => line.split('\t')[0] ?? ''), directive: lines.at(-1) };
}

const CASES: readonly { readonly words: string[]; readonly values: string[]; readonly files?: true }[] = [
  { words: ['in'], values: ['inject'] },
  { words: ['config', ''], values: ['check', 'show', 'pull', 'docs', 'schema', 'help'] },
  { words: ['config', 'sh'], values: ['show'] },
  { words: ['help', 'ex'], values: ['explain'] },
  { words: ['nothing', 'sh'], values: [] },
  { words: ['explain', '--out'], values: ['--output'] },
  { words: ['explain', '-o', ''], values: ['text', 'json'] },
  { words: ['explain', '-f', 'a.yaml', '--output=j'], values: ['json'] },
  { words: ['explain', '--output', '=', 'j'], values: ['json'] },
  { words: ['explain', '--output', '='], values: ['text', 'json'] },
  { words: ['explain', '-f', ''], values: [], files: true },
  { words: ['explain', '-f', '-o'], values: [], files: true },
  { words: ['explain', 'a.yaml', 'b'], values: [], files: true },
  { words: ['explain', '--', '--out'], values: [], files: true },
  { words: ['config', 'check', 'a.yaml', ''], values: [] },
  { words: ['completion', ''], values: ['bash', 'zsh', 'fish'] },
];

describe('__complete', () => {
  for (const { words, values, files } of CASES) {
    it(`completes ${JSON.stringify(words)}`, async () => {
      assert.deepEqual(await completed(...words), { values, directive: files ? ':0' : ':4' });
    });
  }

  it('is what kubectl asks to complete its plugin', async () => {
    const plugin = join(temporaryFolder(), 'kubectl_complete-proxy_injector');
    symlinkSync(MAIN, plugin);
    const { stdout } = await runProgram(process.execPath, [plugin, 'explain', '-o', 'j'], {});
    assert.equal(stdout, 'json\t\n:4\n');
  });

  it('is in no list of commands', async () => {
    assert.ok(!(await completed('')).values.includes('__complete'));
    assert.ok(!(await proxyInjector(['--help'])).stdout.includes('__complete'));
  });
});

const LOADING = {
  bash: ['bash --norc --noprofile -i', 'source <(proxy-injector completion bash)'],
  zsh: ['zsh -f -i', 'autoload -U compinit; compinit -u; source <(proxy-injector completion zsh)'],
  fish: ['fish --no-config -i', 'proxy-injector completion fish | source'],
} as const;

for (const [shell, [start, load]] of Object.entries(LOADING)) {
  describe(`completion ${shell}`, requires(shell), () => {
    let terminal: Terminal;

    before(async () => {
      const folder = temporaryFolder();
      writeFileSync(join(folder, 'my-config.yaml'), '{}\n');
      writeFileSync(join(folder, 'proxy-injector'), `#!/bin/sh\nexec ${process.execPath} ${MAIN} "$@"\n`);
      chmodSync(join(folder, 'proxy-injector'), 0o755);
      terminal = new Terminal(start, folder);
      await terminal.type('echo the shell is "up"\n', 'the shell is up');
      await terminal.type(`${load}; echo "has" loaded it\n`, 'has loaded it');
    });
    after(() => terminal.close());

    it('completes commands', async () => {
      await terminal.type('proxy-injector conf\t', 'config ');
      await terminal.type('sh\t', 'show ');
      await terminal.type('\n', 'ineligiblePods: deny');
    });

    it('completes the values of options', async () => {
      await terminal.type('proxy-injector redirect --format ip6\t', 'ip6tables');
      await terminal.type('\n', '*nat');
      await terminal.type('proxy-injector redirect --format=ip6\t', '--format=ip6tables');
      await terminal.type('\n', '*nat');
    });

    it('completes names of files', async () => {
      await terminal.type('proxy-injector config check my\t', 'my-config.yaml');
      await terminal.type('\n', 'my-config.yaml: valid');
    });
  });
}

/** A shell in a terminal. */
class Terminal {
  readonly #child;
  #output = '';

  constructor(shell: string, folder: string) {
    const { PATH } = process.env;
    const env = { PATH: `${folder}:${PATH}`, HOME: folder, TERM: 'dumb', PS1: '> ', SHELL: '/bin/sh' };
    this.#child = spawn('script', ['-qec', shell, '/dev/null'], { cwd: folder, env });
    this.#child.stdout.setEncoding('utf8').on('data', (chunk) => {
      this.#output += chunk;
    });
  }

  /** Types a text, and waits until the terminal shows the expected one. */
  async type(text: string, expected: string): Promise<void> {
    this.#output = '';
    this.#child.stdin.write(text);
    await until(() => this.#output.includes(expected)).catch(() => assert.fail(this.#output));
  }

  close(): void {
    this.#child.kill('SIGKILL');
  }
}
