import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { initProblem, proxyState } from './proxy-state.js';

const READY = { name: 'proxy-sidecar', ready: true, restartCount: 3, state: { running: {} } };
const INIT = 'init-iptables';

describe(proxyState.name, () => {
  for (const list of ['containerStatuses', 'initContainerStatuses']) {
    it(`finds a ready proxy in ${list}`, () => {
      const state = proxyState({ status: { [list]: [{ name: 'app', ready: false }, READY] } });
      assert.deepEqual(state, { isReady: true, restarts: 3, problem: undefined });
    });
  }

  const CASES: [string, object, string | undefined][] = [
    ['no status yet', {}, undefined],
    [
      'a proxy that starts',
      { containerStatuses: [{ name: 'proxy-sidecar', state: { waiting: { reason: 'PodInitializing' } } }] },
      undefined,
    ],
    ['a proxy that runs and is not ready', { containerStatuses: [{ ...READY, ready: false }] }, undefined],
    [
      'an image that cannot be pulled',
      { containerStatuses: [{ name: 'proxy-sidecar', state: { waiting: { reason: 'ImagePullBackOff' } } }] },
      'proxy-sidecar: ImagePullBackOff',
    ],
    [
      'a proxy that crashes',
      {
        containerStatuses: [
          {
            name: 'proxy-sidecar',
            state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s' } },
            lastState: { terminated: { exitCode: 2, message: 'first\nno \u001b[31mconfiguration\n' } },
          },
        ],
      },
      'proxy-sidecar: CrashLoopBackOff, exited with 2: no [31mconfiguration',
    ],
    [
      'an init container that fails',
      { initContainerStatuses: [{ name: INIT, state: { terminated: { exitCode: 1, message: 'no nft' } } }] },
      `${INIT}: exited with 1: no nft`,
    ],
    [
      'an init container that has succeeded',
      {
        initContainerStatuses: [{ name: INIT, state: { terminated: { exitCode: 0, reason: 'Completed' } } }],
      },
      undefined,
    ],
    [
      'a Pod without a node',
      { conditions: [{ type: 'PodScheduled', status: 'False', message: '0/3 nodes' }] },
      'not scheduled',
    ],
  ];
  for (const [what, status, problem] of CASES) {
    it(`reads ${what}`, () => {
      const { isReady, problem: found } = proxyState({ status });
      assert.deepEqual({ isReady, problem: found }, { isReady: false, problem });
    });
  }
});

describe(initProblem.name, () => {
  const RUNNING = { initContainerStatuses: [{ name: INIT, state: { running: {} } }] };
  const spec = (...args: string[]) => ({ nodeName: 'node-1', initContainers: [{ name: INIT, args }] });

  it('says what the validator of node mode waits for', () => {
    assert.equal(
      initProblem({ spec: spec('wait-for-node-agent'), status: RUNNING }),
      'init-iptables: waits for the redirect by the agent on node-1',
    );
  });

  it('finds nothing in an init container that sets up the redirect itself, or has not started', () => {
    assert.equal(initProblem({ spec: spec(), status: RUNNING }), undefined);
    assert.equal(initProblem({ spec: spec('wait-for-node-agent'), status: {} }), undefined);
  });

  it('prefers why the validator fails', () => {
    const initContainerStatuses = [
      { name: INIT, state: { terminated: { exitCode: 3, message: 'no port' } } },
    ];
    assert.equal(
      initProblem({ spec: spec('wait-for-node-agent'), status: { initContainerStatuses } }),
      'init-iptables: exited with 3: no port',
    );
  });
});
