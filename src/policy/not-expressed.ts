import { ALIAS_PORTS } from '../core/settings/probe-aliases.js';

/** What an admission policy does not do, or does differently from the webhook. The docs list it. */
export const NOT_EXPRESSED: readonly { readonly what: string; readonly why: string }[] = [
  {
    what: 'not-applicable',
    why: 'The API server evaluates a policy only for the requests that its `matchConstraints` name.',
  },
  {
    what: 'malformed-pod',
    why:
      'The API server has already parsed the Pod, so this only happens if it has no container. A policy cannot tell an ' +
      'empty list from null, so the detail of the message is the same for both.',
  },
  {
    what: 'already-injected',
    why: 'The message does not say that the init container was moved to the end.',
  },
  {
    what: 'volume-conflict',
    why:
      'A policy fills in the defaults of a volume and of its source before it compares them. Fields that are nested ' +
      'deeper, such as `items`, must be identical, and so must the `pullPolicy` of an image. If a container mounts a ' +
      'volume that only the configuration adds, the API server denies the Pod with its own message, because it ' +
      'validates the Pod before the policy that denies is evaluated.',
  },
  {
    what: 'redirect.probes: direct',
    why:
      'No warning names the probes for which no alias port is free: in a Pod with more than about 200 probed ports, or ' +
      `if its skipped ports include those from ${ALIAS_PORTS.first} to ${ALIAS_PORTS.last}.`,
  },
  {
    what: 'redirect.by: node',
    why: 'Where policies inject, they deny Pods with the override `redirect-by: node`.',
  },
  {
    what: 'quoted values',
    why:
      'Control characters other than tabs and line breaks are not escaped, and values are cut after 80 code points, ' +
      'not UTF-16 units.',
  },
  {
    what: 'lists',
    why: 'Around an entry, a policy ignores U+0085 but not U+FEFF, and the webhook the other way round.',
  },
  {
    what: 'webhook.matchConditions',
    why: 'They are written for Pods, so the owner warnings do not evaluate them for templates.',
  },
  {
    what: 'INJECTOR_* variables',
    why: 'The policies of the chart have the settings of its values, not those of variables in `extraEnv`.',
  },
  {
    what: 'annotations of namespaces',
    why: 'A policy reads all of them. The webhook stops at 64 of its own keys, or 32 Ki characters.',
  },
  {
    what: 'order',
    why: 'A message lists unknown annotations, labels without effect, and invalid Pod-level resources in any order.',
  },
];
