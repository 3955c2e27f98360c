{{/*
A value as a literal of CEL, from a dict: value, path, and result. Parts of what is too long for an expression become
variables, which are added to the result: a list is the sum of shorter lists, and each long member of a map is a
variable. `literalVariables` in src/policy/literal-variables.ts writes the same.
*/}}
{{- define "proxy-injector.dividedLiteral" -}}
{{- $path := .path -}}
{{- $result := .result -}}
{{- if kindIs "slice" .value -}}
{{- $lists := list -}}
{{- $entries := list -}}
{{- $length := 0 -}}
{{- range $index, $value := .value -}}
{{- $entry := printf "dyn(%s)" (include "proxy-injector.dividedLiteral" (dict "value" $value "path" (printf "%s[%d]" $path $index) "result" $result)) -}}
{{- $added := include "proxy-injector.length" $entry | int | add 2 -}}
{{- $length = add $length $added -}}
{{- if and $entries (gt (int $length) 90000) -}}
{{- $lists = append $lists $entries -}}
{{- $entries = list -}}
{{- $length = $added -}}
{{- end -}}
{{- $entries = append $entries $entry -}}
{{- end -}}
{{- $terms := list -}}
{{- if $lists -}}
{{- range append $lists $entries -}}
{{- $terms = append $terms (include "proxy-injector.partOfLiteral" (list $result (printf "[%s]" (join ", " .)))) -}}
{{- end -}}
{{- end -}}
{{ $terms | empty | ternary (printf "[%s]" (join ", " $entries)) (join " + " $terms) }}
{{- else -}}
{{- $expression := "" -}}
{{- if kindIs "map" .value -}}
{{- $members := dict -}}
{{- range $key, $member := .value -}}
{{- if not (kindIs "invalid" $member) -}}
{{- $_ := set $members $key (include "proxy-injector.dividedLiteral" (dict "value" $member "path" (printf "%s.%s" $path $key) "result" $result)) -}}
{{- end -}}
{{- end -}}
{{- $expression = include "proxy-injector.mapOfLiterals" $members -}}
{{- if gt (include "proxy-injector.length" $expression | int) 90000 -}}
{{- range $key, $member := $members -}}
{{- if gt (include "proxy-injector.length" $member | int) 1000 -}}
{{- $_ := set $members $key (include "proxy-injector.partOfLiteral" (list $result $member)) -}}
{{- end -}}
{{- end -}}
{{- $expression = include "proxy-injector.mapOfLiterals" $members -}}
{{- end -}}
{{- else -}}
{{- $expression = toRawJson .value -}}
{{- end -}}
{{- $length := include "proxy-injector.length" $expression | int -}}
{{- if and (gt $length 90000) (not $result.problem) -}}
{{- $_ := set $result "problem" (printf "%s is too long for an admission policy (as a CEL literal, %d characters, but 90000 are allowed)" $path $length) -}}
{{- end -}}
{{ $expression }}
{{- end -}}
{{- end }}

{{/* Adds a variable to the result, from a list of the result and an expression. Returns what reads it. */}}
{{- define "proxy-injector.partOfLiteral" -}}
{{- $variables := (first .).variables -}}
{{- $name := printf "config%d" (add1 (len $variables)) -}}
{{- $_ := set (first .) "variables" (append $variables (dict "name" $name "expression" (last .))) -}}
variables.{{ $name }}
{{- end }}

{{/* A map in CEL, from a dict of expressions. */}}
{{- define "proxy-injector.mapOfLiterals" -}}
{{- $members := list -}}
{{- range $key, $member := . -}}{{- $members = append $members (printf "%s: dyn(%s)" (toRawJson $key) $member) -}}{{- end -}}
{{ printf "{%s}" (join ", " $members) }}
{{- end }}

{{/* The number of code points of a text. */}}
{{- define "proxy-injector.length" -}}
{{ splitList "" . | len }}
{{- end }}
