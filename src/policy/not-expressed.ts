/** What an admission policy does not do, or does otherwise than the webhook. The docs list it. */
export const NOT_EXPRESSED: readonly { readonly what: string; readonly why: string }[] = [
  {
    what: 'not-applicable',
    why: 'The API server evaluates a policy only for the requests that its `matchConstraints` name.',
  },
  {
    what: 'malformed-pod',
    why:
      'The API server has parsed the Pod, so only a missing container is left of it. A policy cannot tell an empty ' +
      'list from null, so the detail of the message is the same for both.',
  },
  {
    what: 'already-injected',
    why: 'The message does not say that the init container was moved to the end.',
  },
  {
    what: 'volume-conflict',
    why:
      'The fields of a volume and of its source are compared with their defaults; what is nested deeper, such as ' +
      '`items`, must be written the same. The default of `pullPolicy` is not known. ' +
      'A container that mounts a volume which only the configuration adds is denied by the API server itself: it ' +
      'validates a Pod before the policies do.',
  },
  {
    what: 'redirect.probes: direct',
    why: 'No warning names the probes that find no free alias port: in a Pod with more than about 200 probed ports.',
  },
  {
    what: 'quoted values',
    why:
      'Control characters other than tabs and line breaks are written as they are, and values are cut after 80 ' +
      'characters, not UTF-16 units.',
  },
  {
    what: 'webhook.matchConditions',
    why: 'They are written for Pods, so the owner warnings do not evaluate them for templates.',
  },
  {
    what: 'INJECTOR_* variables',
    why: 'The chart writes the settings of its values into the policies, not those of variables in `extraEnv`.',
  },
  {
    what: 'annotations of namespaces',
    why: 'All are read. The webhook stops at 64 of its own keys, or 32 Ki characters.',
  },
  {
    what: 'order',
    why: 'Several unknown annotations, labels without effect, or invalid Pod-level resources are in no particular order.',
  },
];
