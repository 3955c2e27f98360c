{{/* Values that contradict each other end here, with a sentence that says what to do. */}}
{{- define "proxy-injector.checks" -}}
{{- include "proxy-injector.checkTls" . -}}
{{- with .Values.config -}}
{{- if eq (int .webhook.port) (int .management.port) -}}
{{- fail (printf "config.webhook.port and config.management.port are both %d: give them different ports." (int .webhook.port)) -}}
{{- end -}}
{{- if and (eq .proxy.mode "native") (semverCompare "<1.29.0-0" $.Capabilities.KubeVersion.Version) -}}
{{- fail (printf "config.proxy.mode is native, which needs Kubernetes 1.29, and this is %s: set it to auto or container." $.Capabilities.KubeVersion.Version) -}}
{{- end -}}
{{- end -}}
{{- with .Values.autoscaling -}}
{{- if and .enabled (gt (int .minReplicas) (int .maxReplicas)) -}}
{{- fail (printf "autoscaling.minReplicas (%d) is above autoscaling.maxReplicas (%d): raise the second or lower the first." (int .minReplicas) (int .maxReplicas)) -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- define "proxy-injector.checkTls" -}}
{{- with .Values.tls -}}
{{- $own := or .secretName .caBundle -}}
{{- if and .certManager.enabled $own -}}
{{- fail "tls.certManager.enabled is true and tls.secretName or tls.caBundle is set as well: unset these two to let cert-manager issue the certificate, or set tls.certManager.enabled to false to bring your own." -}}
{{- end -}}
{{- if and (not .certManager.enabled) (not (and .secretName .caBundle)) -}}
{{- fail "tls.certManager.enabled is false: set tls.secretName to a Secret with tls.crt and tls.key, and tls.caBundle to the CA that signed it (PEM in base64), or set tls.certManager.enabled to true." -}}
{{- end -}}
{{- if .certManager.enabled -}}
{{- include "proxy-injector.checkDurations" .certManager -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- define "proxy-injector.checkDurations" -}}
{{- $leaf := trimSuffix "h" .duration | int -}}
{{- if ge (trimSuffix "h" .renewBefore | int) $leaf -}}
{{- fail (printf "tls.certManager.renewBefore (%s) is not below tls.certManager.duration (%s): lower the first or raise the second." .renewBefore .duration) -}}
{{- end -}}
{{- if not .issuerRef.name -}}
{{- if ge (trimSuffix "h" .ca.renewBefore | int) (trimSuffix "h" .ca.duration | int) -}}
{{- fail (printf "tls.certManager.ca.renewBefore (%s) is not below tls.certManager.ca.duration (%s): lower the first or raise the second." .ca.renewBefore .ca.duration) -}}
{{- end -}}
{{- if lt (trimSuffix "h" .ca.renewBefore | int) $leaf -}}
{{- fail (printf "tls.certManager.ca.renewBefore (%s) is below tls.certManager.duration (%s), so that a certificate could outlive its CA: raise the first or lower the second." .ca.renewBefore .duration) -}}
{{- end -}}
{{- end -}}
{{- end }}
