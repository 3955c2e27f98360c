{{/* Fails on a mode that the cluster does not support, and on settings that policies cannot express. */}}
{{- define "proxy-injector.checkPolicies" -}}
{{- if include "proxy-injector.hasPolicies" . -}}
{{- if semverCompare "<1.36.0-0" .Capabilities.KubeVersion.Version -}}
{{- fail (printf "mode is %s, which requires Kubernetes 1.36, but the cluster runs %s: set it to webhook." .Values.mode .Capabilities.KubeVersion.Version) -}}
{{- end -}}
{{- with .Values.config -}}
{{- if eq (.proxy.podResources | default "omit") "grow" -}}
{{- fail (printf "mode is %s, but an admission policy cannot add up quantities: set config.proxy.podResources to omit or refuse, or mode to webhook." $.Values.mode) -}}
{{- end -}}
{{- if eq (.redirect.by | default "pod") "node" -}}
{{- fail (printf "mode is %s, but admission policies do not support node mode: set config.redirect.by to pod, or mode to webhook." $.Values.mode) -}}
{{- end -}}
{{- if eq (.events | default "disabled") "enabled" -}}
{{- fail (printf "mode is %s, but an admission policy cannot write Events: set config.events to disabled, or mode to webhook." $.Values.mode) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and (eq .Values.mode "policy") (has (include "proxy-injector.guardAction" .) (list "Warn" "Audit")) -}}
{{- fail (printf "guard.action is %s, but mode is policy, in which Pods without a proxy are always denied: set guard.action to Off or Deny." .Values.guard.action) -}}
{{- end -}}
{{- include "proxy-injector.checkSwitch" . -}}
{{- end }}

{{/*
Fails on an upgrade that removes what injects before its replacement works. A new policy takes effect after seconds; if
an upgrade switched from one of the two modes to the other at once, Pods created meanwhile would get no proxy.
*/}}
{{- define "proxy-injector.checkSwitch" -}}
{{- if .Capabilities.APIVersions.Has "admissionregistration.k8s.io/v1/MutatingAdmissionPolicy" -}}
{{- $name := include "proxy-injector.globalName" . -}}
{{- $policy := lookup "admissionregistration.k8s.io/v1" "MutatingAdmissionPolicy" "" $name -}}
{{- $webhook := lookup "admissionregistration.k8s.io/v1" "MutatingWebhookConfiguration" "" $name -}}
{{- if and (eq .Values.mode "policy") $webhook -}}
{{- if not $policy -}}
{{- fail "mode is policy, but the webhook still injects: upgrade with mode both first, so that no Pod is created without a proxy." -}}
{{- end -}}
{{- $age := sub (now | unixEpoch) (toDate "2006-01-02T15:04:05Z" $policy.metadata.creationTimestamp | unixEpoch) | int -}}
{{- if lt $age 30 -}}
{{- fail (printf "mode is policy, but the policy was created %d seconds ago, and the API server may not use it yet: try again in %d seconds." $age (sub 30 $age)) -}}
{{- end -}}
{{- end -}}
{{- if and (eq .Values.mode "webhook") $policy -}}
{{- $deployment := lookup "apps/v1" "Deployment" (include "proxy-injector.namespace" .) (include "proxy-injector.fullname" .) -}}
{{- if not (and $webhook (($deployment).status).readyReplicas) -}}
{{- fail "mode is webhook, but the policy still injects: upgrade with mode both first, and wait until a replica is ready, so that no Pod is created without a proxy." -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}
