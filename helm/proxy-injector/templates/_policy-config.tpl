{{/*
The variable `config` of admission policies, with those that it is made of, as a YAML list: the effective settings as
CEL. `configVariables` in src/policy/config.ts writes the same; the suite `chart` compares the two.
*/}}
{{- define "proxy-injector.policyConfig" -}}
{{- $settings := include "proxy-injector.effectiveSettings" . | fromJson -}}
{{- $identity := dict "configHash" (include "proxy-injector.configHash" $settings) "version" .Chart.AppVersion -}}
{{- $excluded := include "proxy-injector.excludedNamespaces" . | fromJsonArray -}}
{{- $all := merge (dict "excludedNamespaces" $excluded "identity" $identity) $settings -}}
{{- $variables := list -}}
{{- $members := list -}}
{{- range $key := keys $all | sortAlpha -}}
{{- $expression := include "proxy-injector.literal" (list "dyn(%s)" (index $all $key)) -}}
{{- if has $key (list "init" "pod" "proxy" "redirect") -}}
{{- if gt (len $expression) 90000 -}}
{{- $else := eq $.Values.mode "webhook" | ternary ", or set ownerWarnings.enabled to false" ", or set mode to webhook and ownerWarnings.enabled to false" -}}
{{- fail (printf "config.%s is too long for an admission policy: as a CEL literal, it has %d bytes, but 90000 are allowed. Shorten it%s." $key (len $expression) $else) -}}
{{- end -}}
{{- $variables = append $variables (dict "name" (print $key "Config") "expression" $expression) -}}
{{- $expression = print "variables." $key "Config" -}}
{{- end -}}
{{- $members = append $members (printf "%s: dyn(%s)" (toJson $key) $expression) -}}
{{- end -}}
{{- $config := dict "name" "config" "expression" (printf "{%s}" (join ", " $members)) -}}
{{ append $variables $config | toYaml }}
{{- end }}

{{/*
A value as a literal of CEL, from a list of a format for its members and entries, and of the value. Members that are
null are left out. With the format `dyn(%s)`, all types may be mixed; with `%s`, the literal is JSON.
*/}}
{{- define "proxy-injector.literal" -}}
{{- $format := first . -}}
{{- $value := last . -}}
{{- $inner := list -}}
{{- if kindIs "map" $value -}}
{{- range $key, $member := $value -}}
{{- if not (kindIs "invalid" $member) -}}
{{- $inner = append $inner (print (toRawJson $key) ": " (printf $format (include "proxy-injector.literal" (list $format $member)))) -}}
{{- end -}}
{{- end -}}
{{ printf "{%s}" (join ", " $inner) }}
{{- else if kindIs "slice" $value -}}
{{- range $value -}}
{{- $inner = append $inner (printf $format (include "proxy-injector.literal" (list $format .))) -}}
{{- end -}}
{{ printf "[%s]" (join ", " $inner) }}
{{- else -}}
{{ toRawJson $value }}
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
{{ include "proxy-injector.literal" (list "%s" $settings) }}
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
