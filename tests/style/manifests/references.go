package main

import (
	"fmt"

	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// monitored returns what the Prometheus operator is to do, if the object is about that.
func monitored(one object) (interface{}, bool) {
	switch written := one.written.(type) {
	case *monitoring.ServiceMonitor, *monitoring.PrometheusRule:
		return written, true
	}
	return nil, false
}

// podTemplate returns the pods that an object makes, if it makes any.
func podTemplate(one object) (corev1.PodTemplateSpec, bool) {
	switch written := one.written.(type) {
	case *appsv1.StatefulSet:
		return written.Spec.Template, true
	case *batchv1.CronJob:
		return written.Spec.JobTemplate.Spec.Template, true
	case *batchv1.Job:
		return written.Spec.Template, true
	}
	return corev1.PodTemplateSpec{}, false
}

// podsOf returns the pods that an object makes, those of a StatefulSet with the labels of their names.
func podsOf(one object) []corev1.PodTemplateSpec {
	template, ok := podTemplate(one)
	if !ok {
		return nil
	}
	set, ok := one.written.(*appsv1.StatefulSet)
	if !ok {
		return []corev1.PodTemplateSpec{template}
	}
	var pods []corev1.PodTemplateSpec
	// One that is scaled to zero for a while still has its services.
	for i := 0; i == 0 || i < int(*set.Spec.Replicas); i++ {
		pod := *template.DeepCopy()
		pod.Labels[appsv1.StatefulSetPodNameLabel] = fmt.Sprintf("%s-%d", set.Name, i)
		pods = append(pods, pod)
	}
	return pods
}

// references checks what objects name of each other.
type references struct {
	names  map[string]bool // "ConfigMap bellwether"
	pods   []corev1.PodTemplateSpec
	sets   []*appsv1.StatefulSet
	faults []error
}

func (r *references) complain(of object, format string, arguments ...interface{}) {
	r.faults = append(r.faults, fmt.Errorf("%s: %s", of.name, fmt.Sprintf(format, arguments...)))
}

func (r *references) needs(by object, kind, name string) {
	if !r.names[kind+" "+name] {
		r.complain(by, "names the %s %q, which is not there", kind, name)
	}
}

// selected returns the pods with the labels.
func (r *references) selected(selector labels.Selector) []corev1.PodTemplateSpec {
	var found []corev1.PodTemplateSpec
	for _, pod := range r.pods {
		if selector.Matches(labels.Set(pod.Labels)) {
			found = append(found, pod)
		}
	}
	return found
}

func (r *references) selects(by object, selector *metav1.LabelSelector) []corev1.PodTemplateSpec {
	parsed, err := metav1.LabelSelectorAsSelector(selector)
	if err != nil {
		r.complain(by, "%v", err)
		return nil
	}
	found := r.selected(parsed)
	if len(found) == 0 {
		r.complain(by, "selects no pod of these: %v", parsed)
	}
	return found
}

// hasPort says whether some container of the pod has the port, by its name or number.
func hasPort(pod corev1.PodTemplateSpec, port intstr.IntOrString) bool {
	for _, container := range pod.Spec.Containers {
		for _, has := range container.Ports {
			if port.String() == has.Name || port.IntVal == has.ContainerPort {
				return true
			}
		}
	}
	return false
}

func (r *references) checkPort(by object, pods []corev1.PodTemplateSpec, port intstr.IntOrString) {
	for _, pod := range pods {
		if !hasPort(pod, port) {
			r.complain(by, "names the port %s, which its pods do not have", port.String())
		}
	}
}

func (r *references) checkProbe(by object, pod corev1.PodTemplateSpec, probe *corev1.Probe) {
	if probe == nil {
		return
	}
	pods := []corev1.PodTemplateSpec{pod}
	if probe.GRPC != nil {
		r.checkPort(by, pods, intstr.FromInt(int(probe.GRPC.Port)))
	}
	if probe.TCPSocket != nil {
		r.checkPort(by, pods, probe.TCPSocket.Port)
	}
	if probe.HTTPGet != nil {
		r.checkPort(by, pods, probe.HTTPGet.Port)
	}
}

func (r *references) checkPod(by object, pod corev1.PodTemplateSpec) {
	for _, volume := range pod.Spec.Volumes {
		if volume.ConfigMap != nil {
			r.needs(by, "ConfigMap", volume.ConfigMap.Name)
		}
		if volume.Secret != nil {
			r.needs(by, "Secret", volume.Secret.SecretName)
		}
		if volume.PersistentVolumeClaim != nil {
			r.needs(by, "PersistentVolumeClaim", volume.PersistentVolumeClaim.ClaimName)
		}
	}
	for _, container := range append(append([]corev1.Container{}, pod.Spec.InitContainers...), pod.Spec.Containers...) {
		for _, source := range container.EnvFrom {
			if source.ConfigMapRef != nil {
				r.needs(by, "ConfigMap", source.ConfigMapRef.Name)
			}
			if source.SecretRef != nil {
				r.needs(by, "Secret", source.SecretRef.Name)
			}
		}
		for _, variable := range container.Env {
			if variable.ValueFrom != nil && variable.ValueFrom.SecretKeyRef != nil {
				r.needs(by, "Secret", variable.ValueFrom.SecretKeyRef.Name)
			}
		}
		r.checkProbe(by, pod, container.StartupProbe)
		r.checkProbe(by, pod, container.LivenessProbe)
		r.checkProbe(by, pod, container.ReadinessProbe)
	}
}

// checkMounts looks for the volume of each mount, which the API server leaves to the pod's creation.
func (r *references) checkMounts(by object, pod corev1.PodTemplateSpec) {
	volumes := map[string]bool{}
	for _, volume := range pod.Spec.Volumes {
		volumes[volume.Name] = true
	}
	if set, ok := by.written.(*appsv1.StatefulSet); ok {
		for _, claim := range set.Spec.VolumeClaimTemplates {
			volumes[claim.Name] = true
		}
	}
	for _, container := range append(append([]corev1.Container{}, pod.Spec.InitContainers...), pod.Spec.Containers...) {
		for _, mount := range container.VolumeMounts {
			if !volumes[mount.Name] {
				r.complain(by, "mounts the volume %q, which it does not have", mount.Name)
			}
		}
	}
}

func (r *references) checkPolicy(by object, policy *networkingv1.NetworkPolicy) {
	pods := r.selects(by, &policy.Spec.PodSelector)
	for _, rule := range policy.Spec.Ingress {
		for _, port := range rule.Ports {
			if port.Port != nil {
				r.checkPort(by, pods, *port.Port)
			}
		}
	}
}

// checkBudget sees to it that a budget is for one StatefulSet: one for several would let an outage of one
// zone block the evictions in the others.
func (r *references) checkBudget(by object, budget *policyv1.PodDisruptionBudget) {
	parsed, err := metav1.LabelSelectorAsSelector(budget.Spec.Selector)
	if err != nil {
		return
	}
	for _, set := range r.sets {
		if parsed.Matches(labels.Set(set.Spec.Template.Labels)) != (set.Name == budget.Name) {
			r.complain(by, "is not the budget of the StatefulSet of its name alone, see %s", set.Name)
		}
	}
}

func (r *references) checkMonitor(by object, monitor *monitoring.ServiceMonitor, services []*corev1.Service) {
	parsed, err := metav1.LabelSelectorAsSelector(&monitor.Spec.Selector)
	if err != nil {
		r.complain(by, "%v", err)
		return
	}
	ports := map[string]bool{}
	for _, service := range services {
		if !parsed.Matches(labels.Set(service.Labels)) {
			continue
		}
		for _, port := range service.Spec.Ports {
			ports[port.Name] = true
		}
	}
	for _, endpoint := range monitor.Spec.Endpoints {
		if !ports[endpoint.Port] {
			r.complain(by, "selects no service with the port %q", endpoint.Port)
		}
	}
}

func (r *references) check(one object, services []*corev1.Service) {
	if pod, ok := podTemplate(one); ok {
		r.checkPod(one, pod)
		r.checkMounts(one, pod)
	}
	switch written := one.written.(type) {
	case *appsv1.StatefulSet:
		r.needs(one, "Service", written.Spec.ServiceName)
		r.needs(one, "PodDisruptionBudget", written.Name)
		if _, ok := written.Spec.Template.Spec.NodeSelector[corev1.LabelTopologyZone]; ok {
			r.needs(one, "HorizontalPodAutoscaler", written.Name)
		}
	case *autoscalingv2.HorizontalPodAutoscaler:
		r.needs(one, written.Spec.ScaleTargetRef.Kind, written.Spec.ScaleTargetRef.Name)
	case *corev1.Service:
		pods := r.selects(one, &metav1.LabelSelector{MatchLabels: written.Spec.Selector})
		for _, port := range written.Spec.Ports {
			r.checkPort(one, pods, port.TargetPort)
		}
	case *networkingv1.NetworkPolicy:
		r.checkPolicy(one, written)
	case *policyv1.PodDisruptionBudget:
		r.selects(one, written.Spec.Selector)
		r.checkBudget(one, written)
	case *monitoring.ServiceMonitor:
		r.checkMonitor(one, written, services)
	}
}

// dangling returns what is named and not there. `secrets` are there besides `objects`.
func dangling(objects []object, secrets []string) []error {
	r := references{names: map[string]bool{}}
	var services []*corev1.Service
	for _, one := range objects {
		r.names[one.name] = true
		if set, ok := one.written.(*appsv1.StatefulSet); ok {
			r.sets = append(r.sets, set)
			for _, claim := range set.Spec.VolumeClaimTemplates {
				r.names[fmt.Sprintf("PersistentVolumeClaim %s-%s-0", claim.Name, set.Name)] = true
			}
		}
		r.pods = append(r.pods, podsOf(one)...)
		if service, ok := one.written.(*corev1.Service); ok {
			services = append(services, service)
		}
	}
	for _, secret := range secrets {
		r.names["Secret "+secret] = true
	}
	for _, one := range objects {
		r.check(one, services)
	}
	return r.faults
}
