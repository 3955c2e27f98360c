package main

import (
	"context"
	"fmt"
	"os"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	v1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"sigs.k8s.io/yaml"
)

// definition is one version of a CustomResourceDefinition.
type definition struct {
	internal   *apiextensions.JSONSchemaProps
	structural *structuralschema.Structural
}

type definitions map[schema.GroupVersionKind]definition

func readDefinitions(files []string) (definitions, error) {
	found := definitions{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		var crd v1.CustomResourceDefinition
		if err := yaml.Unmarshal(text, &crd); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		for _, version := range crd.Spec.Versions {
			kind := schema.GroupVersionKind{Group: crd.Spec.Group, Version: version.Name, Kind: crd.Spec.Names.Kind}
			if found[kind], err = newDefinition(version); err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
		}
	}
	return found, nil
}

func newDefinition(version v1.CustomResourceDefinitionVersion) (definition, error) {
	internal := &apiextensions.JSONSchemaProps{}
	if err := v1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(version.Schema.OpenAPIV3Schema, internal, nil); err != nil {
		return definition{}, err
	}
	structural, err := structuralschema.NewStructural(internal)
	return definition{internal, structural}, err
}

// violations lists unknown fields, and everything that the schema and its CEL rules reject.
func (d definition) violations(object *unstructured.Unstructured) ([]string, error) {
	validator, _, err := validation.NewSchemaValidator(d.internal)
	if err != nil {
		return nil, err
	}
	content := object.UnstructuredContent()
	var texts []string
	for _, path := range pruning.PruneWithOptions(content, d.structural, true, structuralschema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true}) {
		texts = append(texts, "unknown field "+path)
	}
	defaulting.Default(content, d.structural)
	rejected := validation.ValidateCustomResource(nil, content, validator)
	rejected = append(rejected, listtype.ValidateListSetsAndMaps(nil, d.structural, content)...)
	if rules := cel.NewValidator(d.structural, true, celconfig.PerCallLimit); rules != nil {
		byRules, _ := rules.Validate(context.Background(), nil, d.structural, content, nil, celconfig.RuntimeCELCostBudget)
		rejected = append(rejected, byRules...)
	}
	for _, err := range rejected {
		texts = append(texts, err.Error())
	}
	return texts, nil
}
