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
  {{- include "proxy-injector.rules" . | nindent 2 }}
matchPolicy: Equivalent
matchConditions:
  {{- include "proxy-injector.matchConditions" . | nindent 2 }}
  # Skip the calls that change nothing: for Pods that are already injected, unless another webhook added an init
  # container after init-iptables, which must be last without a native sidecar. If ineligible Pods are denied, the
  # injector has to see whether Pods only claim to be injected.
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
failurePolicy: {{ eq .Values.mode "webhook" | ternary .Values.webhook.failurePolicy "Ignore" }}
timeoutSeconds: {{ .Values.webhook.timeoutSeconds }}
reinvocationPolicy: {{ .Values.webhook.reinvocationPolicy }}
sideEffects: None
admissionReviewVersions: [v1]
{{- end }}
