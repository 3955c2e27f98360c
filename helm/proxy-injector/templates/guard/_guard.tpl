{{/*
Not empty if the guard is installed: even with the action Off, because a namespace can have another one. It needs
Kubernetes 1.30, and the annotations by which the injector records that it was asked about a Pod.
*/}}
{{- define "proxy-injector.hasGuard" -}}
{{- if semverCompare ">=1.30.0-0" .Capabilities.KubeVersion.Version -}}
{{ and (ne .Values.mode "policy") (eq .Values.config.annotateOutcome "enabled") | ternary "true" "" }}
{{- end -}}
{{- end }}

{{/* The default action. YAML reads Off without quotes as false. */}}
{{- define "proxy-injector.guardAction" -}}
{{ .Values.guard.action | default "Off" }}
{{- end }}

{{- define "proxy-injector.guardName" -}}
{{ include "proxy-injector.globalName" . }}-guard
{{- end }}

{{/* The metadata of an object of the guard, from a dict: chart, and suffix after the name of the policy. */}}
{{- define "proxy-injector.guardMetadata" -}}
{{- include "proxy-injector.metadata" (dict
  "chart" .chart
  "isGlobal" true
  "name" (print (include "proxy-injector.guardName" .chart) (.suffix | default ""))
  "labels" (dict "app.kubernetes.io/component" "guard")
) -}}
{{- end }}

{{/* The action that a namespace gets by the label `proxy-injection/guard`, and what the API server then does. */}}
{{- define "proxy-injector.guardActions" -}}
{{- dict "deny" (list "Deny") "warn" (list "Warn" "Audit") "audit" (list "Audit") | toJson -}}
{{- end }}

{{/*
The validations of the guard, for a policy with these variables:
  pod             the Pod, whose containers are not empty
  podAnnotations  a map, never null
The second is the same test as `isInjected` in src/core/pod/injected.ts; the suite `chart` compares the two.
*/}}
{{- define "proxy-injector.guardValidations" -}}
- expression: variables.podAnnotations[?'proxy-injection/status'].orValue('') in ['injected', 'skipped']
  reason: Forbidden
  message: >-
    This Pod should have a proxy, but the injector was never asked about it: no replica answers, or the webhook
    configuration is missing or was changed. Run proxy-injector check, or tell your cluster's operator.
    See {{ include "proxy-injector.guardDocs" . }}#never-asked
- expression: >-
    variables.podAnnotations[?'proxy-injection/status'].orValue('') != 'injected'
    || variables.pod.spec.?initContainers.orValue([]).exists(c, c.name == 'init-iptables'
    && c.?env.orValue([]).exists(e, e.name in ['PROXY_INIT_RULES_IPV4', 'PROXY_INIT_FAMILIES']))
    && (variables.pod.spec.containers.exists(c, c.name == 'proxy-sidecar'
    && c.?ports.orValue([]).exists(p, p.?protocol.orValue('TCP') == 'TCP')
    && c.?ports.orValue([]).exists(p, p.?protocol.orValue('TCP') == 'UDP'))
    || variables.pod.spec.?initContainers.orValue([]).exists(c, c.name == 'proxy-sidecar'
    && c.?restartPolicy.orValue('') == 'Always'
    && c.?ports.orValue([]).exists(p, p.?protocol.orValue('TCP') == 'TCP')
    && c.?ports.orValue([]).exists(p, p.?protocol.orValue('TCP') == 'UDP')))
  reason: Forbidden
  message: >-
    This Pod has the annotation proxy-injection/status: injected, but not the containers that the injector adds,
    init-iptables and proxy-sidecar. Remove the annotations proxy-injection/status, proxy-injection/version, and
    proxy-injection/config-hash, which come from another Pod.
    See {{ include "proxy-injector.guardDocs" . }}#injected-in-name-only
{{- end }}

{{- define "proxy-injector.guardDocs" -}}
https://github.com/proxy-injector/proxy-injector/blob/main/docs/guides/guard.md
{{- end }}
