{{/* Not empty if the service and its webhook are installed. */}}
{{- define "proxy-injector.hasService" -}}
{{ ne .Values.mode "policy" | ternary "true" "" }}
{{- end }}

{{/* Not empty if the API server injects by policies. */}}
{{- define "proxy-injector.hasPolicies" -}}
{{ ne .Values.mode "webhook" | ternary "true" "" }}
{{- end }}

{{/* The metadata of a policy or a binding, from a list of the root context and a suffix of its name. */}}
{{- define "proxy-injector.policyMetadata" -}}
{{- $name := print (include "proxy-injector.globalName" (first .)) (last .) -}}
{{- include "proxy-injector.metadata" (dict
  "chart" (first .)
  "isGlobal" true
  "name" $name
  "labels" (dict "app.kubernetes.io/component" "policy")
) -}}
{{- end }}

{{/* The fields of a spec that all policies share: which requests they are about. */}}
{{- define "proxy-injector.policyMatch" -}}
matchConstraints:
  resourceRules:
    {{- include "proxy-injector.rules" . | nindent 4 }}
  matchPolicy: Equivalent
matchConditions:
  {{- include "proxy-injector.matchConditions" . | nindent 2 }}
{{- end }}

{{/*
The policies that validate, as a JSON array: `refusals`, and `warnings`, which reads the record on the Pods. Each with
the actions of its binding.
*/}}
{{- define "proxy-injector.validatingPolicies" -}}
{{- $refusals := dict "name" "refusals" "actions" (list "Deny") -}}
{{- $warnings := dict "name" "warnings" "actions" (list "Warn") -}}
{{- eq .Values.config.annotateOutcome "enabled" | ternary (list $refusals $warnings) (list $refusals) | toJson -}}
{{- end }}
