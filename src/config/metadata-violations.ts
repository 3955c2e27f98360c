import { MIRROR_POD, PREFIX, TOGGLE } from '../core/pod/annotations.js';
import { INIT_NAME, PROXY_NAME } from '../core/pod/container-names.js';
import type { JsonObject } from '../core/values/json.js';
import type { ConfigViolation } from './schema/config-violation.js';
import { type Expectation, text } from './schema/expectation.js';
import { LABEL_VALUE, pattern, QUALIFIED_NAME } from './shape/scalars.js';

/** Followed by the name of a container, which the Pod must have. */
const APPARMOR = 'container.apparmor.security.beta.kubernetes.io/';

const ANY: Expectation = { expected: 'a string', check: text };

/** Annotations whose values the API server checks. */
const VALUES: readonly (readonly [RegExp, Expectation])[] = [
  [
    /^controller\.kubernetes\.io\/pod-deletion-cost$/,
    pattern('a whole number in quotes', /^(0|-?[1-9]\d{0,8})$/),
  ],
  [
    new RegExp(`^${APPARMOR}`),
    pattern(
      'runtime/default, unconfined, or localhost/<profile>',
      /^(runtime\/default|unconfined|localhost\/.*|)$/,
    ),
  ],
  [
    /^(seccomp\.security\.alpha\.kubernetes\.io\/pod$|container\.seccomp\.security\.alpha\.kubernetes\.io\/)/,
    pattern(
      'runtime/default, unconfined, or localhost/<profile>',
      /^((runtime|docker)\/default|unconfined|localhost\/.+)$/,
    ),
  ],
];

/** Labels that the API server would reject, or that would change how the injector treats the Pod. */
export function labelViolations(path: readonly string[], labels: JsonObject): ConfigViolation[] {
  return Object.entries(labels).flatMap(([key, given]): ConfigViolation[] => {
    if (isReserved(key)) return [{ path, expected: "keys other than the injector's own", given: key }];
    if (!QUALIFIED_NAME.test(key)) return [{ path, expected: 'valid label keys', given: key }];
    if (LABEL_VALUE.check(given)) return [];
    return [{ path: [...path, key], expected: 'a string that is a valid label value', given }];
  });
}

/** The same for annotations. */
export function annotationViolations(path: readonly string[], annotations: JsonObject): ConfigViolation[] {
  return Object.entries(annotations).flatMap(([key, given]): ConfigViolation[] => {
    if (isReserved(key))
      return [{ path, expected: `keys other than ${MIRROR_POD} and the injector's own`, given: key }];
    if (!QUALIFIED_NAME.test(key)) return [{ path, expected: 'valid annotation keys', given: key }];
    const container = key.startsWith(APPARMOR) ? key.slice(APPARMOR.length) : PROXY_NAME;
    if (![PROXY_NAME, INIT_NAME].includes(container)) {
      const expected = `${APPARMOR}${PROXY_NAME} or ${APPARMOR}${INIT_NAME}`;
      return [{ path, expected, given: key }];
    }
    const { check, expected } = VALUES.find(([keys]) => keys.test(key))?.[1] ?? ANY;
    return check(given) ? [] : [{ path: [...path, key], expected, given }];
  });
}

/** Keys that the injector evaluates. Adding one would change how it treats the Pod. */
function isReserved(key: string): boolean {
  return key === TOGGLE || key.startsWith(PREFIX) || key === MIRROR_POD;
}
