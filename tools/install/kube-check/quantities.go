package main

import (
	"encoding/json"

	"k8s.io/apimachinery/pkg/api/resource"
)

// compareQuantities compares the two quantities of each pair: -1, 0 or 1, or null if a container cannot have one of
// them, because it does not parse or is negative.
func compareQuantities(input []byte) ([]*int, error) {
	var pairs [][2]string
	if err := json.Unmarshal(input, &pairs); err != nil {
		return nil, err
	}
	compared := make([]*int, len(pairs))
	for i, pair := range pairs {
		first, firstErr := resource.ParseQuantity(pair[0])
		second, secondErr := resource.ParseQuantity(pair[1])
		if firstErr != nil || secondErr != nil || first.Sign() < 0 || second.Sign() < 0 {
			continue
		}
		order := first.Cmp(second)
		compared[i] = &order
	}
	return compared, nil
}
