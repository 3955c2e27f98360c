{{/* Fails on values that contradict each other, with a message that says what to change. */}}
{{- define "proxy-injector.checks" -}}
{{- if include "proxy-injector.hasService" . -}}{{- include "proxy-injector.checkTls" . -}}{{- end -}}
{{- include "proxy-injector.checkPolicies" . -}}
{{- include "proxy-injector.checkGuard" . -}}
{{- $size := include "proxy-injector.config" . | len -}}
{{- if gt $size 262144 -}}
{{- fail (printf "config has %d bytes as YAML, but the injector reads at most 262144 (256 KiB): shorten it." $size) -}}
{{- end -}}
{{- with .Values.config -}}
{{- if eq (int .webhook.port) (int .management.port) -}}
{{- fail (printf "config.webhook.port and config.management.port are both %d: set them to different ports." (int .webhook.port)) -}}
{{- end -}}
{{- if and (eq .proxy.mode "native") (semverCompare "<1.29.0-0" $.Capabilities.KubeVersion.Version) -}}
{{- fail (printf "config.proxy.mode is native, which requires Kubernetes 1.29, but the cluster runs %s: set it to auto or container." $.Capabilities.KubeVersion.Version) -}}
{{- end -}}
{{- $drain := .proxy.drainSeconds | default "auto" | toString -}}
{{- if and (not (has $drain (list "auto" "0"))) (semverCompare "<1.30.0-0" $.Capabilities.KubeVersion.Version) -}}
{{- fail (printf "config.proxy.drainSeconds is %s, which requires Kubernetes 1.30, but the cluster runs %s: set it to auto or 0." $drain $.Capabilities.KubeVersion.Version) -}}
{{- end -}}
{{- end -}}
{{- if and (eq (.Values.config.redirect.by | default "pod") "node") (not (.Values.agent).enabled) -}}
{{- fail "config.redirect.by is node, but agent.enabled is false, so nothing would redirect the traffic and no injected Pod would start: set agent.enabled to true, or config.redirect.by to pod." -}}
{{- end -}}
{{- if not (regexMatch "^[a-z][a-z0-9-]*$" (include "proxy-injector.fullname" .)) -}}
{{- fail (printf "The name of the Service would be %q, which is not valid: set fullnameOverride to a name of lowercase letters, digits, and dashes that starts with a letter." (include "proxy-injector.fullname" .)) -}}
{{- end -}}
{{- with .Values.autoscaling -}}
{{- if and .enabled (gt (int .minReplicas) (int .maxReplicas)) -}}
{{- fail (printf "autoscaling.minReplicas (%d) is greater than autoscaling.maxReplicas (%d): lower minReplicas or raise maxReplicas." (int .minReplicas) (int .maxReplicas)) -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- define "proxy-injector.checkTls" -}}
{{- with .Values.tls -}}
{{- $own := or .secretName .caBundle -}}
{{- if and .certManager.enabled $own -}}
{{- fail "tls.certManager.enabled is true, but tls.secretName or tls.caBundle is set: unset both to let cert-manager issue the certificate, or set tls.certManager.enabled to false to use your own." -}}
{{- end -}}
{{- if and (not .certManager.enabled) (not (and .secretName .caBundle)) -}}
{{- fail "tls.certManager.enabled is false: set tls.secretName to a Secret with tls.crt and tls.key, and tls.caBundle to the CA that signed it (PEM), or set tls.certManager.enabled to true." -}}
{{- end -}}
{{- if and .clientCa.secretName .clientCa.configMapName -}}
{{- fail "tls.clientCa.secretName and tls.clientCa.configMapName are both set: unset one of them." -}}
{{- end -}}
{{- if .certManager.enabled -}}
{{- include "proxy-injector.checkDurations" .certManager -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- define "proxy-injector.checkDurations" -}}
{{- $leaf := trimSuffix "h" .duration | int -}}
{{- if ge (trimSuffix "h" .renewBefore | int) $leaf -}}
{{- fail (printf "tls.certManager.renewBefore (%s) must be shorter than tls.certManager.duration (%s): lower renewBefore or raise duration." .renewBefore .duration) -}}
{{- end -}}
{{- if not .issuerRef.name -}}
{{- if ge (trimSuffix "h" .ca.renewBefore | int) (trimSuffix "h" .ca.duration | int) -}}
{{- fail (printf "tls.certManager.ca.renewBefore (%s) must be shorter than tls.certManager.ca.duration (%s): lower renewBefore or raise duration." .ca.renewBefore .ca.duration) -}}
{{- end -}}
{{- if lt (trimSuffix "h" .ca.renewBefore | int) $leaf -}}
{{- fail (printf "tls.certManager.ca.renewBefore (%s) is shorter than tls.certManager.duration (%s), so a certificate could outlive its CA: raise ca.renewBefore or lower duration." .ca.renewBefore .duration) -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- define "proxy-injector.checkGuard" -}}
{{- with include "proxy-injector.guardAction" . -}}
{{- if ne . "Off" -}}
{{- if semverCompare "<1.30.0-0" $.Capabilities.KubeVersion.Version -}}
{{- fail (printf "guard.action is %s, which requires Kubernetes 1.30, but the cluster runs %s: set it to Off." . $.Capabilities.KubeVersion.Version) -}}
{{- end -}}
{{- if eq $.Values.config.annotateOutcome "disabled" -}}
{{- fail (printf "guard.action is %s, but config.annotateOutcome is disabled, so the guard cannot tell a Pod that the injector skipped from one that it was never asked about: set config.annotateOutcome to enabled, or guard.action to Off." .) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}
