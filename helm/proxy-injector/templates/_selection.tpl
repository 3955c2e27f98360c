{{/*
The excluded namespaces as a JSON array. An outage of the injector must not block the cluster or the injector's own
Pods, so those are always excluded, as the service does.
*/}}
{{- define "proxy-injector.excludedNamespaces" -}}
{{- $system := list "kube-system" "kube-public" "kube-node-lease" -}}
{{- concat $system (.Values.config.excludedNamespaces | default list) (list (include "proxy-injector.namespace" .)) | uniq | toJson -}}
{{- end }}

{{/*
Which Pods the injector is for, as a JSON array of pairs of selectors, each with a name. The terms of a selector are
joined by "and", so there are two pairs: one for namespaces that opted in, and one for Pods of the other namespaces:
those that opted in, or all that did not opt out. No Pod matches both. docs/guides/select-pods.md has the table.
*/}}
{{- define "proxy-injector.selections" -}}
{{- $enabled := dict "key" "proxy-injection" "operator" "In" "values" (list "enabled") -}}
{{- $notDisabled := dict "key" "proxy-injection" "operator" "NotIn" "values" (list "disabled") -}}
{{- $unlabeled := dict "key" "proxy-injection" "operator" "NotIn" "values" (list "enabled" "disabled") -}}
{{- $notExcluded := dict
  "key" "kubernetes.io/metadata.name"
  "operator" "NotIn"
  "values" (include "proxy-injector.excludedNamespaces" . | fromJsonArray)
-}}
{{- /* If ineligible Pods are denied, Pods that opted out have to reach the injector too. */ -}}
{{- $notOptedOut := eq .Values.config.ineligiblePods "admit" | ternary (list $notDisabled) list -}}
{{- $ofPods := eq .Values.webhook.selection "optOut" | ternary $notOptedOut (list $enabled) -}}
{{- $namespaces := .Values.webhook.namespaceSelector | default dict -}}
{{- $pods := .Values.webhook.objectSelector | default dict -}}
{{- list
  (dict
    "name" "namespaces"
    "namespaceSelector" (include "proxy-injector.selector" (list $namespaces $enabled $notExcluded) | fromJson)
    "objectSelector" (include "proxy-injector.selector" (concat (list $pods) $notOptedOut) | fromJson)
  )
  (dict
    "name" "pods"
    "namespaceSelector" (include "proxy-injector.selector" (list $namespaces $unlabeled $notExcluded) | fromJson)
    "objectSelector" (include "proxy-injector.selector" (concat (list $pods) $ofPods) | fromJson)
  )
  | toJson -}}
{{- end }}

{{/* A label selector as JSON, from a list of another selector and of match expressions to put before its own. */}}
{{- define "proxy-injector.selector" -}}
{{- $selector := dict -}}
{{- with (first .).matchLabels -}}{{- $_ := set $selector "matchLabels" . -}}{{- end -}}
{{- with concat (rest .) ((first .).matchExpressions | default list) -}}
{{- $_ := set $selector "matchExpressions" . -}}
{{- end -}}
{{ toJson $selector }}
{{- end }}

{{/* The rules: only the creation of Pods. */}}
{{- define "proxy-injector.rules" -}}
- apiGroups: [""]
  apiVersions: [v1]
  resources: [pods]
  operations: [CREATE]
  scope: Namespaced
{{- end }}

{{/* What else a Pod that the injector is for must meet. Changing the mirror Pod of a static Pod has no effect. */}}
{{- define "proxy-injector.matchConditions" -}}
- name: not-a-mirror-pod
  expression: >-
    !has(object.metadata.annotations) || !('kubernetes.io/config.mirror' in object.metadata.annotations)
{{- with .Values.webhook.matchConditions }}
{{ toYaml . }}
{{- end }}
{{- end }}
