{{/*
Not empty if owners of workloads are warned. Where the webhook injects, a configuration that policies cannot have only
turns the warnings off.
*/}}
{{- define "proxy-injector.hasOwnerWarnings" -}}
{{- $wanted := include "proxy-injector.wantsOwnerWarnings" . -}}
{{- if and $wanted (eq .Values.mode "webhook") -}}
{{ include "proxy-injector.configProblem" . | empty | ternary "true" "" }}
{{- else -}}
{{ $wanted }}
{{- end -}}
{{- end }}

{{/* The same, whatever the configuration is. The policy needs CEL's functions for CIDRs, new in 1.31. */}}
{{- define "proxy-injector.wantsOwnerWarnings" -}}
{{- if semverCompare ">=1.31.0-0" .Capabilities.KubeVersion.Version -}}
{{ .Values.ownerWarnings.enabled | ternary "true" "" }}
{{- end -}}
{{- end }}

{{/* The metadata of an object of the warnings. */}}
{{- define "proxy-injector.ownersMetadata" -}}
{{- include "proxy-injector.metadata" (dict
  "chart" .
  "isGlobal" true
  "name" (include "proxy-injector.ownersName" .)
  "labels" (dict "app.kubernetes.io/component" "owner-warnings")
) -}}
{{- end }}

{{- define "proxy-injector.ownersName" -}}
{{ include "proxy-injector.globalName" . }}-owners
{{- end }}

{{/* Whether the labels of a workload's Pods match webhook.objectSelector, in CEL. */}}
{{- define "proxy-injector.isObjectSelected" -}}
{{- $terms := list "true" -}}
{{- with .Values.webhook.objectSelector -}}
{{- range $key, $value := .matchLabels -}}
{{- $terms = append $terms (printf "l[?%s].orValue('') == %s" (toJson $key) (toJson $value)) -}}
{{- end -}}
{{- range .matchExpressions -}}
{{- $value := printf "l[?%s]" (toJson .key) -}}
{{- $isIn := printf "(%s.hasValue() && %s.value() in %s)" $value $value (toJson (.values | default list)) -}}
{{- $terms = append $terms (get (dict
  "In" $isIn
  "NotIn" (print "!" $isIn)
  "Exists" (print $value ".hasValue()")
  "DoesNotExist" (print "!" $value ".hasValue()")
) .operator) -}}
{{- end -}}
{{- end -}}
[object.spec.?jobTemplate.orValue(object).spec.template.?metadata.?labels.orValue({})].exists(l, {{ join " && " $terms }})
{{- end }}
