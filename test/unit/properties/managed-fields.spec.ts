import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { isObject } from '../../../src/core/values/json.js';
import { withoutManagedFields } from '../../../src/review/managed-fields.js';
import { decodeReview, readReview } from '../../../src/review/review.js';
import { fc } from '../../support/fast-check.js';
import { REVIEWS, recordedReview } from '../../support/reviews.js';

const FIELD = 'managedFields';

/** Text that resembles the field or a part of it. */
const text = fc.oneof(
  fc.string(),
  fc.constantFrom(FIELD, `,"${FIELD}":[`, `,"${FIELD}`, `"${FIELD}":[1]`, '[', ']', '"', '\\', '\\"', '\\"]'),
);

/** Any JSON, often with the field in it. */
const { value: anyJson } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null)),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(text, fc.constant(FIELD)), tie('value'), { maxKeys: 4 }),
    fc
      .tuple(
        fc.dictionary(text, tie('value'), { maxKeys: 2 }),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(text, tie('value'), { maxKeys: 2 }),
      )
      .map(([before, list, after]) => ({ ...before, [FIELD]: list, ...after })),
  ),
}));

/** The expected result, computed by walking the value in the order of its text. */
function expected(value: unknown): { readonly value: unknown; readonly found: boolean } {
  let found = false;
  const visit = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(visit);
    if (!isObject(node)) return node;
    const fields = Object.entries(node).map(([name, field], index) => {
      if (found || name !== FIELD || index === 0 || !Array.isArray(field)) return [name, visit(field)];
      found = true;
      return [name, []];
    });
    return Object.fromEntries(fields);
  };
  return { value: visit(value), found };
}

describe(withoutManagedFields.name, () => {
  for (const file of readdirSync(REVIEWS)) {
    const json = recordedReview(file.replace('.json', ''));
    it(`changes nothing else in ${file}`, () => {
      const { value, found } = expected(JSON.parse(json));
      assert.ok(found);
      assert.deepEqual(decodeReview(Buffer.from(json)), readReview(value));
    });
  }

  it('gives the same result as walking the value of any JSON', () => {
    let found = 0;
    fc.assert(
      fc.property(anyJson, (value) => {
        const emptied = expected(value);
        const json = withoutManagedFields(Buffer.from(JSON.stringify(value))).toString();
        assert.equal(json, JSON.stringify(emptied.value));
        if (emptied.found) found += 1;
      }),
      { numRuns: 3000 },
    );
    assert.ok(found > 500, `only ${found} values had the field`);
  });
});
