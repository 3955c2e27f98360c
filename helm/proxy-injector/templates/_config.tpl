{{/*
The configuration file. Settings that are null are left out, which is what null means. The mode `auto` is for the chart alone: it becomes
what the cluster can do.
*/}}
{{- define "proxy-injector.config" -}}
{{- $config := deepCopy .Values.config -}}
{{- range $section := list $config.proxy $config.init -}}
{{- range $key, $value := $section -}}
{{- if kindIs "invalid" $value -}}{{- $_ := unset $section $key -}}{{- end -}}
{{- end -}}
{{- end -}}
{{- if eq $config.proxy.mode "auto" -}}
{{- $_ := set $config.proxy "mode" (semverCompare ">=1.29.0-0" .Capabilities.KubeVersion.Version | ternary "native" "container") -}}
{{- end -}}
{{ toYaml $config }}
{{- end }}

{{/* The settings that are read at the start only: a change of theirs has to make new Pods. */}}
{{- define "proxy-injector.startSettings" -}}
{{- dict "webhook" .Values.config.webhook "management" .Values.config.management "format" .Values.config.log.format | toJson -}}
{{- end }}

{{/* Kubernetes before 1.30 has no `sleep` action, and the image no shell; the service drains by itself all the same. */}}
{{- define "proxy-injector.preStopSeconds" -}}
{{ semverCompare ">=1.30.0-0" .Capabilities.KubeVersion.Version | ternary (int .Values.preStopSleepSeconds) 0 }}
{{- end }}

{{/* The end of a Pod: it sleeps, drains, takes at most 5 seconds for what is still under way, and has 5 to spare. */}}
{{- define "proxy-injector.terminationSeconds" -}}
{{ add (include "proxy-injector.preStopSeconds" . | int) (int .Values.config.shutdown.drainSeconds) 10 }}
{{- end }}
