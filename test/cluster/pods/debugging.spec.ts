import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { INIT_NAME } from '../../../src/core/pod/container-names.js';
import { ROOT } from '../../../tools/checkout.js';
import { until } from '../../support/until.js';
import { succeed } from '../local-cluster/command.js';
import { tool } from '../local-cluster/tools.js';
import { sharedCluster } from '../shared-cluster.js';
import { Peers, peer } from './peers.js';

const DOCS = readFileSync(join(ROOT, 'docs', 'guides', 'redirect.md'), 'utf8');

describe('the commands in docs/guides/redirect.md to see the rules', () => {
  const cluster = sharedCluster();
  let peers: Peers;

  before(async () => {
    peers = await Peers.in(cluster, 'debugging');
    await peers.apply(peer('web-0', {}, {}, { securityContext: { runAsNonRoot: true, runAsUser: 1000 } }));
    await peers.wait('condition=Ready', 'pod/web-0');
  });
  after(() => peers?.remove());

  /** Runs the docs' command for the Pod web-0 that starts with these words, in the namespace of the test. */
  const run = async (start: string): Promise<string> => {
    const command = DOCS.split('\n').find((line) => line.replace('$ ', '').startsWith(start));
    assert.ok(command, `no command starts with: ${start}`);
    const { spec } = await peers.pod('web-0');
    const [{ image }] = spec.initContainers;
    const adapted = command.replace('$ ', '').replace(/--image=\S+/, `--image=${image}`);
    const script = `kubectl=("$@"); kubectl() { "\${kubectl[@]}" "$@"; }; ${adapted}`;
    const kubectl = [tool('kubectl'), '--kubeconfig', cluster.kubeconfig, '--namespace', peers.namespace];
    return succeed('bash', ['-c', script, 'bash', ...kubectl]);
  };

  it('print the rules that the Pod was created with', async () => {
    const [, rules] = /<!-- rules -->\n```\n(.*?)```/s.exec(DOCS) ?? [];
    assert.equal(await run('kubectl get pod web-0'), rules);
  });

  it('print what the init container did', async () => {
    const log = await run(`kubectl logs web-0 -c ${INIT_NAME}`);
    if (cluster.local !== undefined) assert.ok(DOCS.includes(`${INIT_NAME}\n${log}`), log);
    assert.match(log, /^proxy-init: redirected IPv4/);
  });

  it('print the applied rules, with an ephemeral container, in a Pod that does not run as root', async () => {
    await run('kubectl debug web-0 -c rules ');
    await until(async () => (await peers.status('web-0', 'rules'))?.state.terminated);
    const rules = (text: string) => text.match(/-A .*/g);
    assert.deepEqual(
      rules(await run('kubectl logs web-0 -c rules')),
      rules(await run('kubectl get pod web-0')),
    );
  });
});
