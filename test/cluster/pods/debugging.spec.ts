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

describe('what docs/guides/redirect.md says to see the redirect of a Pod', () => {
  const cluster = sharedCluster();
  let peers: Peers;

  before(async () => {
    peers = await Peers.in(cluster, 'debugging');
    await peers.apply(peer('web-0', {}, {}, { securityContext: { runAsNonRoot: true, runAsUser: 1000 } }));
    await peers.wait('condition=Ready', 'pod/web-0');
  });
  after(() => peers?.remove());

  /**
   * Runs the command for the Pod web-0 that starts with these words, as it stands there, in the namespace of the test.
   */
  const run = async (start: string): Promise<string> => {
    const command = DOCS.split('\n').find((line) => line.replace('$ ', '').startsWith(start));
    assert.ok(command, `no command starts with: ${start}`);
    const { spec } = await peers.pod('web-0');
    const [{ image }] = spec.initContainers;
    const there = command.replace('$ ', '').replace(/--image=\S+/, `--image=${image}`);
    const script = `us=("$@"); kubectl() { "\${us[@]}" "$@"; }; ${there}`;
    const us = [tool('kubectl'), '--kubeconfig', cluster.kubeconfig, '--namespace', peers.namespace];
    return succeed('bash', ['-c', script, 'bash', ...us]);
  };

  it('prints the rules that it was created with', async () => {
    const [, rules] = /<!-- rules -->\n```\n(.*?)```/s.exec(DOCS) ?? [];
    assert.equal(await run('kubectl get pod web-0'), rules);
  });

  it('prints what the init container did', async () => {
    const said = await run(`kubectl logs web-0 -c ${INIT_NAME}`);
    if (cluster.local !== undefined) assert.ok(DOCS.includes(`${INIT_NAME}\n${said}`), said);
    assert.match(said, /^proxy-init: redirected IPv4/);
  });

  it('prints the rules that are applied, with an ephemeral container, in a Pod that does not run as root', async () => {
    await run('kubectl debug web-0 -c rules ');
    await until(async () => (await peers.status('web-0', 'rules'))?.state.terminated);
    const rules = (text: string) => text.match(/-A .*/g);
    assert.deepEqual(
      rules(await run('kubectl logs web-0 -c rules')),
      rules(await run('kubectl get pod web-0')),
    );
  });
});
