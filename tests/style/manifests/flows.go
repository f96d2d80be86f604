package main

import (
	"fmt"
	"net"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// flow is a connection from one party to a port of another.
type flow struct {
	from, to string
	port     int32
}

// The flows that are needed. Every other flow between the parties below, to one of these ports, must be
// denied. Probes come from the node and are not among them.
var neededFlows = []flow{
	{"agent", "control plane", 7420},
	{"agent of yours", "control plane", 7420},
	{"admin", "control plane", 7421},
	{"backup", "control plane", 7421},
	{"Prometheus", "control plane", 7422},
	{"Prometheus", "agent", 7424},
	// Clients, and agents that probe each other while the control plane is unreachable.
	{"agent", "agent", 9092},
	{"agent of yours", "agent", 9092},
	{"admin", "agent", 9092},
	{"backup", "agent", 9092},
	{"Prometheus", "agent", 9092},
	{"pod of the namespace", "agent", 9092},
	{"pod of another namespace", "agent", 9092},
	{"client outside the cluster", "agent", 9092},
	{"agent", "DNS", 53},
	{"agent", "DNS on the node", 53},
}

// Agents that advertise node ports probe each other there.
var nodePortFlow = flow{"agent", "node", 30090}

// The ports that are tried with each party that others connect to.
var triedPorts = map[string][]int32{
	"control plane":   {7420, 7421, 7422, 7423},
	"agent":           {9092, 7424},
	"DNS":             {53},
	"DNS on the node": {53, 80},
	"node":            {30090, 22},
}

// Parties that open no connection.
var answersOnly = map[string]bool{"DNS": true, "DNS on the node": true, "node": true}

// party is a pod, or an address outside the cluster.
type party struct {
	namespace string
	pod       labels.Set
	ports     []corev1.ContainerPort
	address   net.IP
}

const here = "bellwether"

func podParty(namespace string, template corev1.PodTemplateSpec) party {
	found := party{namespace: namespace, pod: labels.Set(template.Labels)}
	for _, container := range template.Spec.Containers {
		found.ports = append(found.ports, container.Ports...)
	}
	return found
}

// parties returns the rendered pods and the pods and addresses of others, by name.
func parties(objects []object) map[string]party {
	found := map[string]party{
		"agent of yours":             {namespace: here, pod: labels.Set{"bellwether/agent": "true"}},
		"admin":                      {namespace: here, pod: labels.Set{"bellwether/admin": "true"}},
		"Prometheus":                 {namespace: "monitoring", pod: labels.Set{"app": "prometheus"}},
		"pod of the namespace":       {namespace: here, pod: labels.Set{"app": "billing"}},
		"pod of another namespace":   {namespace: "shop", pod: labels.Set{"bellwether/admin": "true", "bellwether/agent": "true"}},
		"client outside the cluster": {address: net.IPv4(203, 0, 113, 7)},
		"DNS":                        {namespace: "kube-system", pod: labels.Set{"k8s-app": "kube-dns"}},
		"DNS on the node":            {address: net.IPv4(169, 254, 20, 10)},
		"node":                       {address: net.IPv4(192, 0, 2, 1)},
	}
	for _, one := range objects {
		template, ok := podTemplate(one)
		if !ok {
			continue
		}
		switch {
		case template.Labels["app.kubernetes.io/component"] == "control-plane":
			found["control plane"] = podParty(here, template)
		case template.Labels["app.kubernetes.io/component"] == "agent":
			found["agent"] = podParty(here, template)
		case one.name == "CronJob bellwether-backup":
			found["backup"] = podParty(here, template)
		}
	}
	return found
}

func matches(selector *metav1.LabelSelector, set labels.Set) bool {
	parsed, err := metav1.LabelSelectorAsSelector(selector)
	return err == nil && parsed.Matches(set)
}

// includes returns whether a peer of a policy in namespace `here` is that party.
func includes(peer networkingv1.NetworkPolicyPeer, other party) bool {
	if peer.IPBlock != nil {
		_, block, err := net.ParseCIDR(peer.IPBlock.CIDR)
		return err == nil && other.address != nil && block.Contains(other.address)
	}
	if other.address != nil {
		return false
	}
	if peer.NamespaceSelector == nil {
		return other.namespace == here && matches(peer.PodSelector, other.pod)
	}
	namespace := labels.Set{corev1.LabelMetadataName: other.namespace}
	return matches(peer.NamespaceSelector, namespace) &&
		(peer.PodSelector == nil || matches(peer.PodSelector, other.pod))
}

// opens returns whether a rule with these peers and ports covers `other` and the port of `to`.
func opens(peers []networkingv1.NetworkPolicyPeer, ports []networkingv1.NetworkPolicyPort, other, to party, port int32) bool {
	isPeer := len(peers) == 0
	for _, peer := range peers {
		isPeer = isPeer || includes(peer, other)
	}
	isPort := len(ports) == 0
	for _, rule := range ports {
		if rule.Port == nil {
			isPort = true
			continue
		}
		last := rule.Port.IntVal
		if rule.EndPort != nil {
			last = *rule.EndPort
		}
		isPort = isPort || rule.Port.Type == intstr.Int && rule.Port.IntVal <= port && port <= last
		for _, has := range to.ports {
			isPort = isPort || has.Name == rule.Port.StrVal && has.ContainerPort == port
		}
	}
	return isPeer && isPort
}

// permits returns whether the policies allow the flow in one direction. Without a policy that selects the
// party, everything is allowed.
func permits(policies []*networkingv1.NetworkPolicy, direction networkingv1.PolicyType, from, to party, port int32) bool {
	guarded, other := to, from
	if direction == networkingv1.PolicyTypeEgress {
		guarded, other = from, to
	}
	selected, open := false, false
	for _, policy := range policies {
		covers := false
		for _, one := range policy.Spec.PolicyTypes {
			covers = covers || one == direction
		}
		if !covers || guarded.namespace != here || !matches(&policy.Spec.PodSelector, guarded.pod) {
			continue
		}
		selected = true
		if direction == networkingv1.PolicyTypeIngress {
			for _, rule := range policy.Spec.Ingress {
				open = open || opens(rule.From, rule.Ports, other, to, port)
			}
		} else {
			for _, rule := range policy.Spec.Egress {
				open = open || opens(rule.To, rule.Ports, other, to, port)
			}
		}
	}
	return open || !selected
}

// wrongFlows returns each flow that the network policies allow and the table does not, and the reverse.
func wrongFlows(objects []object) []error {
	var policies []*networkingv1.NetworkPolicy
	needed := map[flow]bool{}
	for _, one := range neededFlows {
		needed[one] = true
	}
	for _, one := range objects {
		switch written := one.written.(type) {
		case *networkingv1.NetworkPolicy:
			policies = append(policies, written)
		case *corev1.Service:
			needed[nodePortFlow] = needed[nodePortFlow] || written.Spec.Type == corev1.ServiceTypeNodePort
		}
		if accessor, err := meta.Accessor(one.written); err == nil && accessor.GetNamespace() != "" && accessor.GetNamespace() != here {
			return []error{fmt.Errorf("%s is in the namespace %s, and the flows are known for %s", one.name, accessor.GetNamespace(), here)}
		}
	}
	var faults []error
	all := parties(objects)
	for name, ports := range triedPorts {
		to, ok := all[name]
		if !ok {
			continue
		}
		for who, from := range all {
			// Only flows with a party of ours are held against the table.
			ours := who == "control plane" || who == "agent" || name == "control plane" || name == "agent"
			if !ours || answersOnly[who] {
				continue
			}
			for _, port := range ports {
				open := permits(policies, networkingv1.PolicyTypeEgress, from, to, port) &&
					permits(policies, networkingv1.PolicyTypeIngress, from, to, port)
				if open != needed[flow{who, name, port}] {
					verb := map[bool]string{true: "let", false: "do not let"}[open]
					faults = append(faults, fmt.Errorf("the network policies %s %s connect to port %d of %s", verb, who, port, name))
				}
			}
		}
	}
	return faults
}
