import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { configViolationText } from '../../../src/config/schema/config-violation.js';
import { Configuration } from '../../../src/config/schema/configuration.js';
import { semanticViolations } from '../../../src/config/semantic-violations.js';
import { isObject, type JsonObject } from '../../../src/core/values/json.js';
import { ROOT } from '../../../tools/checkout.js';
import { errorsOf, podWith } from './api-server.js';
import { CONTAINER_FIELDS, FIELD_VOLUMES } from './container-fields.js';
import { mutations } from './mutations.js';

interface Row {
  readonly container: JsonObject;
  readonly volumes: readonly JsonObject[];
}

const VOLUMES: readonly { given: JsonObject }[] = JSON.parse(
  readFileSync(join(ROOT, 'test/fixtures/volumes.json'), 'utf8'),
);

/** Valid settings of one kind, by a name for it. */
const SETTINGS: { readonly [name: string]: readonly Row[] } = {
  'the fields of a container': CONTAINER_FIELDS.map((container) => ({ container, volumes: FIELD_VOLUMES })),
  'a volume': VOLUMES.map(({ given }) => ({ container: {}, volumes: [given] })),
};

for (const [name, valid] of Object.entries(SETTINGS)) {
  describe(`settings with ${name}`, () => {
    it('are accepted by the configuration and by the API server', () => {
      const errors = errorsOf(valid.map(({ container, volumes }) => podWith(container, volumes)));
      assert.deepEqual(errors.flat(), []);
      assert.deepEqual(valid.flatMap(violations), []);
    });

    it('are rejected by the configuration after any change that the API server rejects', () => {
      const changed = valid.flatMap(changes);
      const errors = errorsOf(changed.map(({ container, volumes }) => podWith(container, volumes)));
      const rejected = changed.filter((_, index) => errors[index]?.length !== 0);
      assert.ok(rejected.length > 1000);
      const missed = rejected.filter((row) => violations(row).length === 0);
      assert.deepEqual(
        missed.map((row) => JSON.stringify(row)),
        [],
      );
    });
  });
}

/** The same row with one change to the container, or to the one volume. */
function changes({ container, volumes }: Row): Row[] {
  if (Object.keys(container).length > 0) {
    return mutations(container)
      .filter(isObject)
      .map((changed) => ({ container: changed, volumes }));
  }
  return mutations(volumes[0])
    .filter(isObject)
    .map((changed) => ({ container, volumes: [changed] }));
}

function violations({ container, volumes }: Row): string[] {
  const defaults = new Configuration();
  const configuration = {
    ...defaults,
    proxy: { ...defaults.proxy, container },
    pod: { ...defaults.pod, volumes },
  } as Configuration;
  return semanticViolations(configuration).map(configViolationText);
}
