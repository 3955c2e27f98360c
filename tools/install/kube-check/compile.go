package main

import (
	"encoding/json"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/version"
	"k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/admission/plugin/policy/mutating/patch"
	"k8s.io/apiserver/pkg/admission/plugin/policy/validating"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/matchconditions"
	"k8s.io/apiserver/pkg/cel/environment"
)

// compilePolicies lists for each admission policy the expressions that an API server of the version rejects.
func compilePolicies(input []byte, since string) ([][]string, error) {
	parsed, err := version.ParseGeneric(since)
	if err != nil {
		return nil, err
	}
	var texts []json.RawMessage
	if err := json.Unmarshal(input, &texts); err != nil {
		return nil, err
	}
	rejected := make([][]string, len(texts))
	for i, text := range texts {
		policy, err := decodePolicy(text)
		if err != nil {
			return nil, err
		}
		compiler, err := cel.NewCompositedCompiler(environment.MustBaseEnvSet(parsed))
		if err != nil {
			return nil, err
		}
		rejected[i] = []string{}
		for _, expression := range expressionsOf(policy) {
			if message := compileError(compiler, expression); message != "" {
				rejected[i] = append(rejected[i], message)
			}
		}
	}
	return rejected, nil
}

func compileError(compiler *cel.CompositedCompiler, expression cel.ExpressionAccessor) string {
	_, isPatch := expression.(*patch.JSONPatchCondition)
	options := cel.OptionalVariableDeclarations{HasAuthorizer: true, HasPatchTypes: isPatch}
	var result cel.CompilationResult
	if variable, ok := expression.(*validating.Variable); ok {
		result = compiler.CompileAndStoreVariable(variable, options, environment.NewExpressions)
	} else {
		result = compiler.CompileCELExpression(expression, options, environment.NewExpressions)
	}
	if result.Error == nil {
		return ""
	}
	return result.Error.Error()
}

// expressionsOf returns the expressions of a policy, the variables first.
func expressionsOf(policy runtime.Object) []cel.ExpressionAccessor {
	expressions := []cel.ExpressionAccessor{}
	switch policy := policy.(type) {
	case *admissionv1.ValidatingAdmissionPolicy:
		for _, variable := range policy.Spec.Variables {
			expressions = append(expressions, &validating.Variable{Name: variable.Name, Expression: variable.Expression})
		}
		expressions = append(expressions, conditionsOf(policy.Spec.MatchConditions)...)
		for _, validation := range policy.Spec.Validations {
			expressions = append(expressions, &validating.ValidationCondition{Expression: validation.Expression})
			if validation.MessageExpression != "" {
				expressions = append(expressions, &validating.MessageExpressionCondition{MessageExpression: validation.MessageExpression})
			}
		}
	case *admissionv1.MutatingAdmissionPolicy:
		for _, variable := range policy.Spec.Variables {
			expressions = append(expressions, &validating.Variable{Name: variable.Name, Expression: variable.Expression})
		}
		expressions = append(expressions, conditionsOf(policy.Spec.MatchConditions)...)
		for _, mutation := range policy.Spec.Mutations {
			expressions = append(expressions, &patch.JSONPatchCondition{Expression: mutation.JSONPatch.Expression})
		}
	}
	return expressions
}

func conditionsOf(conditions []admissionv1.MatchCondition) []cel.ExpressionAccessor {
	expressions := make([]cel.ExpressionAccessor, len(conditions))
	for i := range conditions {
		expressions[i] = (*matchconditions.MatchCondition)(&conditions[i])
	}
	return expressions
}
