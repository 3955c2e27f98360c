package main

import (
	"encoding/json"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// podSecurity evaluates the latest policies of Pod Security Admission.
func podSecurity(input []byte, level string) ([][]string, error) {
	var pods []corev1.Pod
	if err := json.Unmarshal(input, &pods); err != nil {
		return nil, err
	}
	parsed, err := api.ParseLevel(level)
	if err != nil {
		return nil, err
	}
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		return nil, err
	}
	forbidden := make([][]string, len(pods))
	for i, pod := range pods {
		results := evaluator.EvaluatePod(api.LevelVersion{Level: parsed, Version: api.LatestVersion()}, &pod.ObjectMeta, &pod.Spec)
		for _, result := range results {
			if !result.Allowed {
				forbidden[i] = append(forbidden[i], result.ForbiddenReason+": "+result.ForbiddenDetail)
			}
		}
	}
	return forbidden, nil
}
