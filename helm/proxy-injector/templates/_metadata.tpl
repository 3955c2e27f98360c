{{/*
The metadata of an object, from a dict:
  chart        the root context
  name         defaults to the full name, or the global name, with `suffix`
  isGlobal     whether the object has no namespace
  namespace    defaults to the namespace of the release
  labels       in addition to the common ones
  annotations  in addition to the common ones
*/}}
{{- define "proxy-injector.metadata" -}}
{{- $name := include (ternary "proxy-injector.globalName" "proxy-injector.fullname" (.isGlobal | default false)) .chart -}}
name: {{ .name | default (print $name (.suffix | default "")) | quote }}
{{- if not .isGlobal }}
namespace: {{ .namespace | default (include "proxy-injector.namespace" .chart) | quote }}
{{- end }}
labels:
  {{- include "proxy-injector.labels" .chart | nindent 2 }}
  {{- with .labels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with merge (dict) (.annotations | default dict) .chart.Values.commonAnnotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* The metadata of an object of the check of the configuration. What the Job needs is always deleted. */}}
{{- define "proxy-injector.configCheckMetadata" -}}
{{- include "proxy-injector.metadata" (merge (dict
  "suffix" "-config-check"
  "labels" (dict "app.kubernetes.io/component" "config-check")
  "annotations" (merge (dict) (.annotations | default dict) (dict
    "helm.sh/hook" "pre-install,pre-upgrade"
    "helm.sh/hook-weight" "-1"
    "helm.sh/hook-delete-policy" "before-hook-creation,hook-succeeded,hook-failed"
  ))
) .) -}}
{{- end }}

{{/* The metadata of an object of `helm test`. What the Pod needs has a lower weight, and is always deleted. */}}
{{- define "proxy-injector.testMetadata" -}}
{{- include "proxy-injector.metadata" (merge (dict
  "suffix" "-test"
  "labels" (dict "app.kubernetes.io/component" "test")
  "annotations" (merge (dict) (.annotations | default dict) (dict
    "helm.sh/hook" "test"
    "helm.sh/hook-weight" "-1"
    "helm.sh/hook-delete-policy" "before-hook-creation,hook-succeeded,hook-failed"
  ))
) .) -}}
{{- end }}
