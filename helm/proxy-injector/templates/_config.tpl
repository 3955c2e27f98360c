{{/*
The configuration file. Null settings are left out, which unsets them. The mode `auto` exists only in the chart, which
replaces it with a mode that the cluster supports.
*/}}
{{- define "proxy-injector.config" -}}
{{- $config := deepCopy .Values.config -}}
{{- range $section := list $config.proxy $config.init $config.redirect -}}
{{- range $key, $value := $section -}}
{{- if kindIs "invalid" $value -}}{{- $_ := unset $section $key -}}{{- end -}}
{{- end -}}
{{- end -}}
{{- if eq $config.proxy.mode "auto" -}}
{{- $_ := set $config.proxy "mode" (semverCompare ">=1.29.0-0" .Capabilities.KubeVersion.Version | ternary "native" "container") -}}
{{- end -}}
{{- $_ := set $config "version" .Chart.AppVersion -}}
{{- $_ := set $config "selection" .Values.webhook.selection -}}
{{- $registry := include "proxy-injector.globalRegistry" . -}}
{{- if $config.proxy.image -}}
{{- $_ := set $config.proxy "image" (include "proxy-injector.imageFrom" (list $registry $config.proxy.image)) -}}
{{- end -}}
{{- if $config.init.image -}}
{{- $_ := set $config.init "image" (include "proxy-injector.imageFrom" (list ($registry | default .Values.image.registry) $config.init.image)) -}}
{{- end -}}
{{- if and (not $config.proxy.preset) (kindIs "invalid" $config.proxy.container.resources) -}}
{{- $_ := set $config.proxy.container "resources" (include "proxy-injector.proxyResources" . | fromYaml) -}}
{{- end -}}
{{- /* Kubernetes before 1.30 has no `sleep` action, with which a proxy drains. */ -}}
{{- if semverCompare "<1.30.0-0" .Capabilities.KubeVersion.Version -}}
{{- $_ := set $config.proxy "drainSeconds" 0 -}}
{{- $_ := set $config "allowedOverrides" (without $config.allowedOverrides "drain-seconds") -}}
{{- end -}}
{{- /* Without the agent, a Pod that asks for node mode would wait forever. Policies refuse that themselves. */ -}}
{{- if and (eq .Values.mode "webhook") (not (.Values.agent).enabled) -}}
{{- $_ := set $config "allowedOverrides" (without $config.allowedOverrides "redirect-by") -}}
{{- end -}}
{{- /* As in pkg/plugin/annotations.go of github.com/containerd/nri, with the name that the agent registers. */ -}}
{{- if and (.Values.agent).enabled (.Values.agent).requiredPlugin -}}
{{- $required := dict "required-plugins.noderesource.dev" (list "proxy-injector" | toJson) -}}
{{- $_ := set $config.pod "annotations" (merge (dict) ($config.pod.annotations | default dict) $required) -}}
{{- end -}}
{{- if include "proxy-injector.hasClientCa" . -}}
{{- $_ := set $config.webhook "clientCa" "/etc/webhook/client-ca/ca.crt" -}}
{{- end -}}
{{ toYaml $config }}
{{- end }}

{{/*
The resources of a proxy that the chart does not know. When idle, the small proxy of the tests, which is written in Go,
takes 1m and 6 MiB, and Envoy takes 1m and 65 MiB, most of it its binary. No limit fits every proxy.
*/}}
{{- define "proxy-injector.proxyResources" -}}
requests:
  cpu: 50m
  memory: 64Mi
{{- end }}

{{/* Settings that are read only at startup. Changing one must replace the Pods. */}}
{{- define "proxy-injector.startSettings" -}}
{{- dict "webhook" .Values.config.webhook "management" .Values.config.management "format" .Values.config.log.format | toJson -}}
{{- end }}

{{/* Kubernetes before 1.30 has no `sleep` action, and the image has no shell. The service still drains. */}}
{{- define "proxy-injector.preStopSeconds" -}}
{{ semverCompare ">=1.30.0-0" .Capabilities.KubeVersion.Version | ternary (int .Values.preStopSleepSeconds) 0 }}
{{- end }}

{{/* A Pod sleeps, drains, and takes at most 5 seconds to finish open requests, and 2 to send traces. 3 are slack. */}}
{{- define "proxy-injector.terminationSeconds" -}}
{{ add (include "proxy-injector.preStopSeconds" . | int) (int .Values.config.shutdown.drainSeconds) 10 }}
{{- end }}
