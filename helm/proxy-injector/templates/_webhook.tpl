{{/*
The excluded namespaces as a JSON array. An outage of the injector must not block the cluster or the injector's own
Pods, so those are always excluded, as the service does.
*/}}
{{- define "proxy-injector.excludedNamespaces" -}}
{{- $system := list "kube-system" "kube-public" "kube-node-lease" -}}
{{- concat $system (.Values.config.excludedNamespaces | default list) (list (include "proxy-injector.namespace" .)) | uniq | toJson -}}
{{- end }}

{{/* A label selector of the match expressions `terms` and the selector `more`. */}}
{{- define "proxy-injector.selector" -}}
{{- $expressions := concat .terms (.more.matchExpressions | default list) -}}
{{- $selector := dict -}}
{{- with .more.matchLabels -}}{{- $_ := set $selector "matchLabels" . -}}{{- end -}}
{{- with $expressions -}}{{- $_ := set $selector "matchExpressions" . -}}{{- end -}}
{{ toYaml $selector }}
{{- end }}

{{/* The fields that both webhooks share. */}}
{{- define "proxy-injector.webhook" -}}
clientConfig:
  service:
    name: {{ include "proxy-injector.fullname" . | quote }}
    namespace: {{ include "proxy-injector.namespace" . | quote }}
    path: /mutate
    port: {{ .Values.service.port }}
  {{- if not .Values.tls.certManager.enabled }}
  caBundle: {{ hasPrefix "-----" .Values.tls.caBundle | ternary (b64enc .Values.tls.caBundle) .Values.tls.caBundle }}
  {{- end }}
rules:
  - apiGroups: [""]
    apiVersions: [v1]
    resources: [pods]
    operations: [CREATE]
    scope: Namespaced
matchPolicy: Equivalent
matchConditions:
  # Skip the calls that change nothing: for the mirror Pods of static Pods, and for Pods that are already injected,
  # unless another webhook added an init container after init-iptables, which must be last without a native sidecar. If
  # ineligible Pods are denied, the injector has to see whether Pods only claim to be injected.
  - name: not-a-mirror-pod
    expression: >-
      !has(object.metadata.annotations) || !('kubernetes.io/config.mirror' in object.metadata.annotations)
  {{- if eq .Values.config.ineligiblePods "admit" }}
  - name: not-injected
    expression: >-
      !(has(object.metadata.annotations)
      && 'proxy-injection/status' in object.metadata.annotations
      && object.metadata.annotations['proxy-injection/status'] == 'injected'
      && has(object.spec.initContainers)
      && object.spec.initContainers.exists(c, c.name == 'init-iptables')
      && (object.spec.initContainers.exists(c, c.name == 'proxy-sidecar')
      || (object.spec.containers.exists(c, c.name == 'proxy-sidecar')
      && object.spec.initContainers[size(object.spec.initContainers) - 1].name == 'init-iptables')))
  {{- end }}
  {{- with .Values.webhook.matchConditions }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
failurePolicy: {{ .Values.webhook.failurePolicy }}
timeoutSeconds: {{ .Values.webhook.timeoutSeconds }}
reinvocationPolicy: {{ .Values.webhook.reinvocationPolicy }}
sideEffects: None
admissionReviewVersions: [v1]
{{- end }}
