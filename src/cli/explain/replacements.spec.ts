import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { replacementsOf } from './replacements.js';

describe(replacementsOf.name, () => {
  it('lists replaced fields with both values, and nothing that is added', () => {
    const pod = { spec: { containers: [{ livenessProbe: { httpGet: { port: 'http' } } }] } };
    const path = '/spec/containers/0/livenessProbe/httpGet/port';
    assert.deepEqual(
      replacementsOf(
        [
          { op: 'replace', path, value: 63000 },
          { op: 'add', path: '/spec/volumes', value: [] },
        ],
        pod,
      ),
      [{ path: 'spec.containers[0].livenessProbe.httpGet.port', before: 'http', after: 63000 }],
    );
  });
});
