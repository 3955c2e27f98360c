{{/*
The variable `config` of admission policies, after those with parts of it, as JSON: the effective settings as CEL.
`problem` names a value that is too long for that. `configVariables` in src/policy/config.ts writes the same; the suite
`chart` compares the two.
*/}}
{{- define "proxy-injector.policyConfig" -}}
{{- $settings := include "proxy-injector.effectiveSettings" . | fromJson -}}
{{- $identity := dict "configHash" (include "proxy-injector.configHash" $settings) "version" .Chart.AppVersion -}}
{{- $excluded := include "proxy-injector.excludedNamespaces" . | fromJsonArray -}}
{{- $all := merge (dict "excludedNamespaces" $excluded "identity" $identity) $settings -}}
{{- $result := dict "variables" list "problem" "" -}}
{{- $expression := include "proxy-injector.dividedLiteral" (dict "value" $all "path" "config" "result" $result) -}}
{{- $config := dict "name" "config" "expression" $expression -}}
{{ dict "variables" (append $result.variables $config) "problem" $result.problem | toJson }}
{{- end }}

{{/* The variables, as a YAML list. */}}
{{- define "proxy-injector.configVariables" -}}
{{- $config := include "proxy-injector.policyConfig" . | fromJson -}}
{{- with $config.problem -}}{{- fail (printf "mode is %s, but %s: shorten it, or set mode to webhook." $.Values.mode .) -}}{{- end -}}
{{ toYaml $config.variables }}
{{- end }}

{{/* What the variables cannot express; empty if there is nothing. */}}
{{- define "proxy-injector.configProblem" -}}
{{ (include "proxy-injector.policyConfig" . | fromJson).problem }}
{{- end }}

{{/* A value as JSON without members that are null. */}}
{{- define "proxy-injector.json" -}}
{{- $inner := list -}}
{{- if kindIs "map" . -}}
{{- range $key, $member := . -}}
{{- if not (kindIs "invalid" $member) -}}
{{- $inner = append $inner (print (toRawJson $key) ": " (include "proxy-injector.json" $member)) -}}
{{- end -}}
{{- end -}}
{{ printf "{%s}" (join ", " $inner) }}
{{- else if kindIs "slice" . -}}
{{- range . -}}{{- $inner = append $inner (include "proxy-injector.json" .) -}}{{- end -}}
{{ printf "[%s]" (join ", " $inner) }}
{{- else -}}
{{ toRawJson . }}
{{- end -}}
{{- end }}

{{/* The hash that the injector computes of its settings. */}}
{{- define "proxy-injector.configHash" -}}
{{ omit . "selection" "annotateOutcome" | toRawJson | sha256sum | trunc 16 }}
{{- end }}

{{/* The settings that policies depend on, as JSON: the defaults, the preset, and the ConfigMap, as in src/config. */}}
{{- define "proxy-injector.effectiveSettings" -}}
{{- $given := include "proxy-injector.config" . | fromYaml -}}
{{- $generated := .Files.Get "files/policies/settings.json" | fromJson -}}
{{- $preset := include "proxy-injector.presetSettings" (list $given $generated) | fromJson -}}
{{- $settings := dict -}}
{{- range $setting := $generated.settings -}}
{{- $key := last .path -}}
{{- $isNested := eq (len .path) 2 -}}
{{- $value := index ($isNested | ternary (index $given (first .path) | default dict) $given) $key -}}
{{- $ofPreset := index ($isNested | ternary (index $preset (first .path) | default dict) $preset) $key -}}
{{- if and (kindIs "map" $value) (kindIs "map" $ofPreset) -}}
{{- /* Each field that is set replaces the field of the preset. */ -}}
{{- $merged := deepCopy $ofPreset -}}
{{- range $name, $field := $value -}}
{{- if not (kindIs "invalid" $field) -}}{{- $_ := set $merged $name $field -}}{{- end -}}
{{- end -}}
{{- $value = $merged -}}
{{- end -}}
{{- if kindIs "invalid" $value -}}{{- $value = $ofPreset -}}{{- end -}}
{{- if kindIs "invalid" $value -}}{{- $value = index . "default" -}}{{- end -}}
{{- if .isText -}}
{{- if kindIs "slice" $value -}}{{- $value = join "," $value -}}{{- end -}}
{{- if not (kindIs "string" $value) -}}{{- $value = toRawJson $value -}}{{- end -}}
{{- end -}}
{{- $target := $settings -}}
{{- if $isNested -}}
{{- if not (hasKey $settings (first .path)) -}}{{- $_ := set $settings (first .path) dict -}}{{- end -}}
{{- $target = index $settings (first .path) -}}
{{- end -}}
{{- $_ := set $target $key $value -}}
{{- end -}}
{{ include "proxy-injector.json" $settings }}
{{- end }}

{{/* The settings of the preset as JSON, from a list of the configuration and of the generated file. */}}
{{- define "proxy-injector.presetSettings" -}}
{{- $given := first . -}}
{{- $defaults := dict -}}
{{- range (last .).settings -}}{{- $_ := set $defaults (join "." .path) (index . "default") -}}{{- end -}}
{{- with index (last .).presets ($given.proxy.preset | default "") -}}
{{- $preset := . -}}
{{- $proxy := $given.proxy -}}
{{- $tcpPort := $proxy.tcpPort | default (index $defaults "proxy.tcpPort") | int -}}
{{- $free := list -}}
{{- range .ports -}}{{- if ne (int .) $tcpPort -}}{{- $free = append $free (int .) -}}{{- end -}}{{- end -}}
{{- $metricsPort := first $free -}}
{{- range ($proxy.container | default dict).ports | default list | reverse -}}
{{- if eq (toString .name) $preset.portName -}}{{- $metricsPort = int .containerPort -}}{{- end -}}
{{- end -}}
{{- $adminPort := without $free $metricsPort | first -}}
{{- $variant := printf "%s-%s-%s"
  ($proxy.mode | default (index $defaults "proxy.mode"))
  ($proxy.accessLog | default (index $defaults "proxy.accessLog"))
  ($given.redirect.ipv6 | default (index $defaults "redirect.ipv6"))
-}}
{{ index .variants $variant
  | replace "@tcpPort@" (toString $tcpPort)
  | replace "@metricsPort@" (toString $metricsPort)
  | replace "@adminPort@" (toString $adminPort)
}}
{{- else -}}
{}
{{- end -}}
{{- end }}
