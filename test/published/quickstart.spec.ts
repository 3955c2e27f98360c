import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ROOT } from '../../tools/checkout.js';
import { PublishedCluster } from './published-cluster.js';

const PAGE = readFileSync(join(ROOT, 'docs', 'guides', 'quickstart.md'), 'utf8');

/** What the test's cluster already is and has. */
const PREREQUISITES = 'Before you begin';

/** The commands below each heading of the second level, as written. */
const commands = PAGE.split(/^## /m)
  .slice(1)
  .map((section) => ({
    heading: section.slice(0, section.indexOf('\n')),
    blocks: [...section.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block),
  }))
  .filter(({ heading, blocks }) => blocks.length > 0 && heading !== PREREQUISITES);

describe('docs/guides/quickstart.md', () => {
  const published = PublishedCluster.attach();
  const { cluster } = published;

  it('has a section of commands for each step', () => {
    assert.deepEqual(
      commands.map(({ heading }) => heading),
      [
        '1. Install the injector',
        '2. Start an application',
        '3. Give it a proxy',
        '4. Send a request',
        '5. Clean up',
      ],
    );
  });

  /** Runs a section in one shell, in which variables last. Returns the output of each block. */
  async function run(heading: string): Promise<string[]> {
    const blocks = commands.find((section) => section.heading.endsWith(heading))?.blocks ?? [];
    const output = await published.shell(blocks.join('echo "--- next block"\n'));
    return output.split('--- next block\n');
  }

  it('installs the injector from the registry', async () => {
    const [output] = await run('Install the injector');
    assert.match(output ?? '', /^STATUS: deployed$/m);
  });

  it('starts an application without a proxy', async () => {
    await run('Start an application');
    assert.deepEqual(await containers(), [['injector']]);
  });

  it('gives it a proxy, which status shows', async () => {
    const [, status] = await run('Give it a proxy');
    assert.deepEqual(await containers(), [['injector', 'proxy-sidecar']]);
    assert.match(status ?? '', /^deployment\/web +1 +1 +1\/1 +0 +current$/m);
  });

  it('sends a request that the proxy counts', async () => {
    const [answer, statistics] = await run('Send a request');
    assert.equal(answer, 'hello\n');
    const [, count] = / (\d+)\n$/.exec(statistics ?? '') ?? [];
    assert.ok(Number(count) >= 1, statistics);
  });

  it('leaves nothing behind', async () => {
    await run('Clean up');
    const namespaces = await cluster.kubectl('get', 'namespaces', '--output=name');
    assert.doesNotMatch(namespaces, /demo|proxy-injector/);
    const kinds = 'clusterroles,clusterrolebindings,mutatingwebhookconfigurations';
    assert.doesNotMatch(await cluster.kubectl('get', kinds, '--output=name'), /proxy-injector/);
  });

  /** The names of the containers and sidecars of each Pod of the application that is not about to end. */
  async function containers(): Promise<string[][]> {
    const pods = await cluster.pods('demo', 'app=web');
    return pods
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .map(({ status }) => status)
      .map(({ containerStatuses, initContainerStatuses = [] }) =>
        [...containerStatuses, ...initContainerStatuses]
          .filter(({ state }) => state.running !== undefined)
          .map(({ name }) => name),
      );
  }
});
