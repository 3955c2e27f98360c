import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FinalDecision } from '../../core/decision/decision.js';
import { REASONS, type Reason } from '../../core/decision/reasons.js';
import { reasonLink } from '../../core/values/documentation.js';
import { readReview } from '../../review/review.js';
import { podEventOf } from './pod-event.js';

const OWNER = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', uid: 'uid-1' };
const REFERENCES = [
  { ...OWNER, kind: 'Team', uid: 'uid-2' },
  { ...OWNER, controller: true, blockOwnerDeletion: true },
];

function eventOf(decision: object, ownerReferences: unknown = REFERENCES): object | undefined {
  const request = readReview({
    request: {
      uid: 'one',
      namespace: 'shop',
      object: { metadata: { generateName: 'web-1-', ownerReferences } },
    },
  });
  return podEventOf(request, decision as FinalDecision);
}

function skipped(reason: Reason, warnings: readonly string[] = []): object {
  return { outcome: 'skipped', reason, message: REASONS[reason], warnings };
}

function injected(...recordedWarnings: readonly string[]): object {
  return { outcome: 'injected', reason: 'injected', message: '', warnings: [], recordedWarnings };
}

describe(podEventOf.name, () => {
  it('tells the controller of a skipped Pod why', () => {
    assert.deepEqual(eventOf(skipped('host-network', ['proxy-injection: x'])), {
      namespace: 'shop',
      owner: OWNER,
      type: 'Normal',
      action: 'Skip',
      reason: 'HostNetwork',
      note: `${REASONS['host-network']} ${reasonLink('host-network')}`,
    });
  });

  it('tells the controller of a denied Pod why', () => {
    const message = `${REASONS['port-conflict']} Container app: port 5054`;
    assert.deepEqual(eventOf({ outcome: 'denied', reason: 'port-conflict', message }), {
      namespace: 'shop',
      owner: OWNER,
      type: 'Warning',
      action: 'Deny',
      reason: 'PortConflict',
      note: `${message} ${reasonLink('port-conflict')}`,
    });
  });

  it('tells the controller of an injected Pod its warnings', () => {
    assert.deepEqual(eventOf(injected('one', 'two')), {
      namespace: 'shop',
      owner: OWNER,
      type: 'Warning',
      action: 'Inject',
      reason: 'InjectedWithWarnings',
      note: `one; two ${reasonLink('injected')}`,
    });
  });

  it('mentions a Pod that has the proxy already only if there is a warning', () => {
    assert.equal(eventOf(skipped('already-injected')), undefined);
    const event = eventOf(skipped('already-injected', ['proxy-injection: another configuration']));
    assert.deepEqual(event, {
      namespace: 'shop',
      owner: OWNER,
      type: 'Warning',
      action: 'Skip',
      reason: 'AlreadyInjected',
      note: `proxy-injection: another configuration ${reasonLink('already-injected')}`,
    });
  });

  it('says nothing about an injected Pod without warnings, and about requests that create no Pod', () => {
    assert.equal(eventOf(injected()), undefined);
    for (const reason of ['not-applicable', 'malformed-pod', 'mirror-pod'] as const) {
      assert.equal(eventOf(skipped(reason, ['proxy-injection: x'])), undefined);
    }
  });

  it('says nothing about a Pod without a controller', () => {
    const others: readonly unknown[] = [
      null,
      [],
      [{ ...OWNER, controller: false }],
      [{ ...OWNER, controller: true, uid: '' }],
      [{ ...OWNER, controller: true, name: 'x'.repeat(254) }],
      [{ controller: true }],
      'nonsense',
      [null, 'nonsense'],
    ];
    for (const references of others) assert.equal(eventOf(skipped('pod-disabled'), references), undefined);
  });

  it('says nothing about a Pod whose controller has a name that no object can have', () => {
    for (const name of [
      '../../kube-system/events/x',
      'x?y=',
      'x#',
      '%2e%2e',
      '..',
      'Web',
      'a\n',
      '-a',
      'a..b',
    ]) {
      assert.equal(eventOf(skipped('host-network'), [{ ...OWNER, name, controller: true }]), undefined, name);
    }
    const name = 'web.v2-7bd5';
    assert.ok(eventOf(skipped('host-network'), [{ ...OWNER, name, controller: true }]));
  });

  it('has a reason in camel case for every reason', () => {
    for (const reason of Object.keys(REASONS) as Reason[]) {
      const event = eventOf({ outcome: 'denied', reason, message: 'no' }) as { reason: string } | undefined;
      if (event !== undefined) assert.match(event.reason, /^([A-Z][a-z]*)+$/);
    }
  });

  it('cuts a note before its link at 1,024 bytes, between characters', () => {
    const link = ` ${reasonLink('port-conflict')}`;
    const max = 1024 - link.length;
    const noteOf = (message: string) => {
      const { note } = eventOf({ outcome: 'denied', reason: 'port-conflict', message }) as { note: string };
      assert.ok(Buffer.byteLength(note) <= 1024 && note.endsWith(link), note);
      return note.slice(0, -link.length);
    };
    assert.equal(noteOf('x'.repeat(max)), 'x'.repeat(max));
    assert.equal(noteOf('x'.repeat(max + 1)), `${'x'.repeat(max - 3)}...`);
    for (let length = max - 14; length < max; length += 1) {
      const note = noteOf(`${'x'.repeat(length)}${'😀'.repeat(9)}`);
      assert.ok(!note.includes('\uFFFD'), note.slice(-20));
    }
  });
});
