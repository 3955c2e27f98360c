{{- define "proxy-injector.agentSelectorLabels" -}}
{{ include "proxy-injector.selectorLabels" . }}
app.kubernetes.io/component: agent
{{- end }}

{{- define "proxy-injector.agentMetadata" -}}
{{- include "proxy-injector.metadata" (dict
  "chart" . "suffix" "-agent" "labels" (dict "app.kubernetes.io/component" "agent")
) -}}
{{- end }}
