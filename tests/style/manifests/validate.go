package main

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	podutil "k8s.io/kubernetes/pkg/api/pod"
	"k8s.io/kubernetes/pkg/apis/apps"
	appsvalidation "k8s.io/kubernetes/pkg/apis/apps/validation"
	"k8s.io/kubernetes/pkg/apis/autoscaling"
	autoscalingvalidation "k8s.io/kubernetes/pkg/apis/autoscaling/validation"
	"k8s.io/kubernetes/pkg/apis/batch"
	batchvalidation "k8s.io/kubernetes/pkg/apis/batch/validation"
	"k8s.io/kubernetes/pkg/apis/core"
	corevalidation "k8s.io/kubernetes/pkg/apis/core/validation"
	"k8s.io/kubernetes/pkg/apis/networking"
	networkingvalidation "k8s.io/kubernetes/pkg/apis/networking/validation"
	"k8s.io/kubernetes/pkg/apis/policy"
	policyvalidation "k8s.io/kubernetes/pkg/apis/policy/validation"
	podsecurityapi "k8s.io/pod-security-admission/api"
	podsecurity "k8s.io/pod-security-admission/policy"
)

// faultsOf runs the API server's checks of the creation of an object.
func faultsOf(one object) field.ErrorList {
	switch checked := one.internal.(type) {
	case *apps.StatefulSet:
		options := podutil.GetValidationOptionsFromPodTemplate(&checked.Spec.Template, nil)
		return appsvalidation.ValidateStatefulSet(checked, options)
	case *autoscaling.HorizontalPodAutoscaler:
		return autoscalingvalidation.ValidateHorizontalPodAutoscaler(checked)
	case *batch.CronJob:
		template := &checked.Spec.JobTemplate.Spec.Template
		options := podutil.GetValidationOptionsFromPodTemplate(template, nil)
		return batchvalidation.ValidateCronJobCreate(checked, options)
	case *batch.Job:
		// The API server makes the selector of a job itself.
		template := &batch.JobTemplateSpec{Spec: checked.Spec}
		options := podutil.GetValidationOptionsFromPodTemplate(&checked.Spec.Template, nil)
		return batchvalidation.ValidateJobTemplateSpec(template, field.NewPath("spec"), options)
	case *core.ConfigMap:
		return corevalidation.ValidateConfigMap(checked)
	case *core.Namespace:
		return corevalidation.ValidateNamespace(checked)
	case *core.PersistentVolumeClaim:
		options := corevalidation.ValidationOptionsForPersistentVolumeClaim(checked, nil)
		return corevalidation.ValidatePersistentVolumeClaim(checked, options)
	case *core.Service:
		if checked.Spec.ClusterIP == core.ClusterIPNone {
			// The API server fills this in before it looks.
			checked.Spec.ClusterIPs = []string{core.ClusterIPNone}
		}
		return corevalidation.ValidateServiceCreate(checked)
	case *networking.NetworkPolicy:
		return networkingvalidation.ValidateNetworkPolicy(checked,
			networkingvalidation.NetworkPolicyValidationOptions{})
	case *policy.PodDisruptionBudget:
		return policyvalidation.ValidatePodDisruptionBudget(checked,
			policyvalidation.PodDisruptionBudgetValidationOptions{})
	}
	if _, ok := monitored(one); ok {
		return nil
	}
	return field.ErrorList{field.Invalid(field.NewPath("kind"), one.name,
		"there are no checks for this kind yet: add them to validate.go")}
}

// insecurities of a pod by the Pod Security Standard "restricted".
func insecurities(template corev1.PodTemplateSpec) ([]error, error) {
	evaluator, err := podsecurity.NewEvaluator(podsecurity.DefaultChecks())
	if err != nil {
		return nil, err
	}
	restricted := podsecurityapi.LevelVersion{
		Level: podsecurityapi.LevelRestricted, Version: podsecurityapi.LatestVersion()}
	var faults []error
	for _, result := range evaluator.EvaluatePod(restricted, &template.ObjectMeta, &template.Spec) {
		if !result.Allowed {
			faults = append(faults,
				fmt.Errorf("not restricted: %s: %s", result.ForbiddenReason, result.ForbiddenDetail))
		}
	}
	return faults, nil
}

func validate(one object) []error {
	var faults []error
	for _, fault := range faultsOf(one) {
		faults = append(faults, fmt.Errorf("%s: %w", one.name, fault))
	}
	template, ok := podTemplate(one)
	if !ok {
		return faults
	}
	insecure, err := insecurities(template)
	if err != nil {
		return append(faults, err)
	}
	for _, fault := range append(insecure, habits(one, template)...) {
		faults = append(faults, fmt.Errorf("%s: %w", one.name, fault))
	}
	return faults
}
