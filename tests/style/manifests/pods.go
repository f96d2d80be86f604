package main

import (
	"fmt"
	"regexp"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

// A reference to a variable in an argument, such as $(POD_NAME).
var variable = regexp.MustCompile(`\$\(([A-Za-z_][A-Za-z0-9_]*)\)`)

const zoneVariable = "WARPSTREAM_AVAILABILITY_ZONE"

func isTrue(value *bool) bool { return value != nil && *value }

// tag returns the tag of an image, "latest" if it has none; images by digest have "".
func tag(image string) string {
	if strings.Contains(image, "@") {
		return ""
	}
	name := image[strings.LastIndex(image, "/")+1:]
	if colon := strings.Index(name, ":"); colon >= 0 {
		return name[colon+1:]
	}
	return "latest"
}

// containerHabits checks what every container of deploy/kubernetes has.
func containerHabits(container corev1.Container) []error {
	var faults []error
	complain := func(format string, arguments ...interface{}) {
		faults = append(faults, fmt.Errorf("container %s %s", container.Name, fmt.Sprintf(format, arguments...)))
	}
	for _, resource := range []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory} {
		if _, ok := container.Resources.Requests[resource]; !ok {
			complain("does not request %s", resource)
		}
	}
	if _, ok := container.Resources.Limits[corev1.ResourceMemory]; !ok {
		complain("has no memory limit")
	}
	if container.SecurityContext == nil || !isTrue(container.SecurityContext.ReadOnlyRootFilesystem) {
		complain("can write to its root file system: set readOnlyRootFilesystem")
	}
	if tag(container.Image) == "latest" && container.ImagePullPolicy == corev1.PullAlways {
		complain("has the image %s without an imagePullPolicy: Kubernetes would pull it at every start",
			container.Image)
	}
	known := map[string]bool{}
	for _, set := range container.Env {
		known[set.Name] = true
	}
	for _, argument := range append(append([]string{}, container.Command...), container.Args...) {
		for _, used := range variable.FindAllStringSubmatch(argument, -1) {
			if !known[used[1]] {
				complain("uses $(%s), which it does not set", used[1])
			}
		}
	}
	return faults
}

// zoneHabits checks that agents report the zone that their nodes are in.
func zoneHabits(pod corev1.PodTemplateSpec) []error {
	var faults []error
	required := pod.Spec.NodeSelector[corev1.LabelTopologyZone]
	for _, container := range pod.Spec.Containers {
		reported := ""
		for _, set := range container.Env {
			if set.Name != zoneVariable {
				continue
			}
			reported = set.Value
			if set.ValueFrom != nil && set.ValueFrom.FieldRef != nil {
				path := set.ValueFrom.FieldRef.FieldPath
				label := strings.TrimSuffix(strings.TrimPrefix(path, "metadata.labels['"), "']")
				reported = pod.Labels[label]
			}
		}
		if reported != required {
			faults = append(faults, fmt.Errorf("container %s reports the zone %q by %s, and runs on nodes of the zone %q",
				container.Name, reported, zoneVariable, required))
		}
	}
	return faults
}

// spreadHabits checks that tainted nodes and an update do not keep pods from being placed.
func spreadHabits(one object, pod corev1.PodTemplateSpec) []error {
	var faults []error
	_, inSet := one.written.(*appsv1.StatefulSet)
	for _, constraint := range pod.Spec.TopologySpreadConstraints {
		if constraint.NodeTaintsPolicy == nil || *constraint.NodeTaintsPolicy != corev1.NodeInclusionPolicyHonor {
			faults = append(faults, fmt.Errorf("the spread over %s counts nodes that do not take its pods: set nodeTaintsPolicy",
				constraint.TopologyKey))
		}
		keys := strings.Join(constraint.MatchLabelKeys, ",")
		if inSet && keys != appsv1.ControllerRevisionHashLabelKey {
			faults = append(faults, fmt.Errorf("the spread over %s counts pods of the previous revision: set matchLabelKeys to [%s]",
				constraint.TopologyKey, appsv1.ControllerRevisionHashLabelKey))
		}
	}
	return faults
}

// habits are what the API server leaves open and every pod of deploy/kubernetes has.
func habits(one object, pod corev1.PodTemplateSpec) []error {
	var faults []error
	// Each Service would become variables, which begin like the variables of the programs' flags.
	if pod.Spec.EnableServiceLinks == nil || *pod.Spec.EnableServiceLinks {
		faults = append(faults, fmt.Errorf("gets variables for services: set enableServiceLinks to false"))
	}
	if pod.Spec.AutomountServiceAccountToken == nil || *pod.Spec.AutomountServiceAccountToken {
		faults = append(faults, fmt.Errorf("gets a token of the API server: set automountServiceAccountToken to false"))
	}
	for _, container := range pod.Spec.InitContainers {
		faults = append(faults, containerHabits(container)...)
	}
	for _, container := range pod.Spec.Containers {
		faults = append(faults, containerHabits(container)...)
	}
	faults = append(faults, zoneHabits(pod)...)
	return append(faults, spreadHabits(one, pod)...)
}
