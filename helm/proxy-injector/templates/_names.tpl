{{- define "proxy-injector.name" -}}
{{ .Values.nameOverride | default .Chart.Name | trunc 50 | trimSuffix "-" }}
{{- end }}

{{- define "proxy-injector.namespace" -}}
{{ .Values.namespaceOverride | default .Release.Namespace }}
{{- end }}

{{/*
At most 50 characters, which leaves room for the suffixes of object names. A longer name is cut and gets its hash, so
that two long names do not become the same one.
*/}}
{{- define "proxy-injector.fullname" -}}
{{- $name := .Values.nameOverride | default .Chart.Name -}}
{{- $joined := contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name) -}}
{{- $full := .Values.fullnameOverride | default $joined | trimSuffix "-" -}}
{{- if gt (len $full) 50 -}}
{{- $full = print ($full | trunc 41 | trimSuffix "-") "-" ($full | sha256sum | trunc 8) -}}
{{- end -}}
{{ $full }}
{{- end }}

{{/*
The name of objects that have no namespace, or one that other releases may use. Another release can have the same full
name in its own namespace.
*/}}
{{- define "proxy-injector.globalName" -}}
{{- $name := include "proxy-injector.fullname" . -}}
{{- $namespace := include "proxy-injector.namespace" . -}}
{{ eq $name $namespace | ternary $name (print $name "." $namespace) }}
{{- end }}

{{- define "proxy-injector.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{ .Values.serviceAccount.name | default (include "proxy-injector.fullname" .) }}
{{- else -}}
{{ .Values.serviceAccount.name | default "default" }}
{{- end }}
{{- end }}

{{/* The host name by which the API server calls the webhook. */}}
{{- define "proxy-injector.service" -}}
{{ include "proxy-injector.fullname" . }}.{{ include "proxy-injector.namespace" . }}.svc
{{- end }}

{{/* The Secret with tls.crt and tls.key. */}}
{{- define "proxy-injector.tlsSecretName" -}}
{{ .Values.tls.certManager.enabled | ternary (printf "%s-tls" (include "proxy-injector.fullname" .)) .Values.tls.secretName }}
{{- end }}

{{/* Not empty if clients must present a certificate. */}}
{{- define "proxy-injector.hasClientCa" -}}
{{ or .Values.tls.clientCa.secretName .Values.tls.clientCa.configMapName }}
{{- end }}

{{/* The command that prints the log of all replicas. For a Deployment, kubectl would print that of one. */}}
{{- define "proxy-injector.logsCommand" -}}
{{- $name := include "proxy-injector.name" . -}}
kubectl -n {{ include "proxy-injector.namespace" . }} logs --prefix --tail=-1 \
-l app.kubernetes.io/instance={{ .Release.Name }},app.kubernetes.io/name={{ $name }},app.kubernetes.io/component=webhook
{{- end }}

{{- define "proxy-injector.globalRegistry" -}}
{{ (.Values.global | default dict).imageRegistry }}
{{- end }}

{{/* An image from a list of a registry and a reference. A reference that names a registry keeps it. */}}
{{- define "proxy-injector.imageFrom" -}}
{{- $host := index . 1 | splitList "/" | first -}}
{{- $hasHost := and (contains "/" (index . 1)) (or (regexMatch "[.:]" $host) (eq $host "localhost")) -}}
{{ or $hasHost (not (first .)) | ternary (index . 1) (print (first .) "/" (index . 1)) }}
{{- end }}

{{- define "proxy-injector.image" -}}
{{ include "proxy-injector.ownImage" (list . .Values.image) }}
{{- end }}

{{- define "proxy-injector.agentImage" -}}
{{ include "proxy-injector.ownImage" (list . .Values.agent.image) }}
{{- end }}

{{/* An image of this project, from a list of the root context and a map with its repository, tag, and digest. */}}
{{- define "proxy-injector.ownImage" -}}
{{- $chart := first . -}}
{{- $image := index . 1 -}}
{{- $registry := include "proxy-injector.globalRegistry" $chart | default $chart.Values.image.registry -}}
{{- $version := print ":" ($image.tag | default $chart.Chart.AppVersion) -}}
{{- with $image.digest -}}{{- $version = print "@" . -}}{{- end -}}
{{ include "proxy-injector.imageFrom" (list $registry $image.repository) }}{{ $version }}
{{- end }}

{{- define "proxy-injector.selectorLabels" -}}
app.kubernetes.io/name: {{ include "proxy-injector.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{- define "proxy-injector.labels" -}}
{{ include "proxy-injector.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: {{ include "proxy-injector.name" . | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}
