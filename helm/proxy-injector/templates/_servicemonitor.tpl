{{/*
A ServiceMonitor of the headless Service with a component, from a dict with the root context `chart`, the `suffix` of
its name, and the `component`.
*/}}
{{- define "proxy-injector.serviceMonitor" -}}
{{- $values := .chart.Values.serviceMonitor -}}
{{- $globalName := print (include "proxy-injector.globalName" .chart) .suffix -}}
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  {{- include "proxy-injector.metadata" (dict
    "chart" .chart
    "name" ($values.namespace | empty | ternary "" $globalName)
    "suffix" .suffix
    "namespace" $values.namespace
    "labels" $values.labels
  ) | nindent 2 }}
spec:
  {{- if $values.namespace }}
  namespaceSelector:
    matchNames: [{{ include "proxy-injector.namespace" .chart | quote }}]
  {{- end }}
  selector:
    matchLabels:
      {{- include "proxy-injector.selectorLabels" .chart | nindent 6 }}
      app.kubernetes.io/component: {{ .component }}
  endpoints:
    - port: management
      path: /metrics
      interval: {{ $values.interval }}
      scrapeTimeout: {{ $values.scrapeTimeout }}
      {{- with $values.relabelings }}
      relabelings:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $values.metricRelabelings }}
      metricRelabelings:
        {{- toYaml . | nindent 8 }}
      {{- end }}
{{- end }}
