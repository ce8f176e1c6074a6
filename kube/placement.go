package kube

import (
	"fmt"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"
)

// Placement is what a pod asks of the place it runs at, as far as it is a must:
// preferences are left out, and so is room (CPU, memory, ports, volumes).
type Placement struct {
	NodeSelector map[string]string
	Tolerations  []Toleration

	terms  []nodeTerm // one of them has to match; nil for no affinity
	apart  []apart    // hard anti-affinity to its own kind
	spread []spread   // hard topology spread constraints
}

// Toleration of a taint. Key "" stands for every taint, Effect "" for every effect.
type Toleration struct{ Key, Operator, Value, Effect string }

// nodeTerm is one term of a required node affinity.
type nodeTerm struct {
	labels labels.Selector
	names  []nodeName // all of them hold
}

// nodeName is a requirement on the node's own name.
type nodeName struct {
	name string
	not  bool
}

// placementOf a pod; nil for one that may run anywhere without a taint.
func placementOf(spec *corev1.PodSpec) *Placement {
	if p := newPlacement(spec); !p.isVoid() {
		return p
	}
	return nil
}

// placementOfTemplate knows as well what the pods ask of each other.
func placementOfTemplate(d *appsv1.Deployment) *Placement {
	p := newPlacement(&d.Spec.Template.Spec)
	p.apart = apartOf(d)
	p.spread = spreadsOf(d)
	if p.isVoid() {
		return nil
	}
	return p
}

func (p *Placement) isVoid() bool {
	return p.NodeSelector == nil && p.Tolerations == nil && p.terms == nil && p.apart == nil && p.spread == nil
}

func newPlacement(spec *corev1.PodSpec) *Placement {
	p := &Placement{NodeSelector: cleanMap(spec.NodeSelector)}
	for i := range spec.Tolerations {
		t := &spec.Tolerations[i]
		p.Tolerations = append(p.Tolerations, Toleration{
			Key: Clean(t.Key), Operator: Clean(string(t.Operator)), Value: Clean(t.Value), Effect: Clean(string(t.Effect)),
		})
	}
	if a := spec.Affinity; a != nil && a.NodeAffinity != nil {
		p.terms = nodeTerms(a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution)
	}
	return p
}

func nodeTerms(required *corev1.NodeSelector) []nodeTerm {
	if required == nil {
		return nil
	}
	terms := make([]nodeTerm, 0, len(required.NodeSelectorTerms))
	for i := range required.NodeSelectorTerms {
		t := &required.NodeSelectorTerms[i]
		if len(t.MatchExpressions) == 0 && len(t.MatchFields) == 0 {
			continue // matches nothing
		}
		terms = append(terms, nodeTerm{labels: requirements(t.MatchExpressions), names: nodeNames(t.MatchFields)})
	}
	return terms
}

// nodeNames reads the only field that the API allows, with its one value.
func nodeNames(fields []corev1.NodeSelectorRequirement) []nodeName {
	var names []nodeName
	for _, f := range fields {
		if f.Key == metav1.ObjectNameField && len(f.Values) == 1 {
			names = append(names, nodeName{name: f.Values[0], not: f.Operator == corev1.NodeSelectorOpNotIn})
		}
	}
	return names
}

// requirements of a term. One that cannot be read matches nothing, as it does for
// the scheduler.
func requirements(from []corev1.NodeSelectorRequirement) labels.Selector {
	operators := map[corev1.NodeSelectorOperator]selection.Operator{
		corev1.NodeSelectorOpIn:           selection.In,
		corev1.NodeSelectorOpNotIn:        selection.NotIn,
		corev1.NodeSelectorOpExists:       selection.Exists,
		corev1.NodeSelectorOpDoesNotExist: selection.DoesNotExist,
		corev1.NodeSelectorOpGt:           selection.GreaterThan,
		corev1.NodeSelectorOpLt:           selection.LessThan,
	}
	selector := labels.NewSelector()
	for _, r := range from {
		requirement, err := labels.NewRequirement(r.Key, operators[r.Operator], r.Values)
		if err != nil {
			return labels.Nothing()
		}
		selector = selector.Add(*requirement)
	}
	return selector
}

// refusal is why a node does not take a pod, "" where nothing is known that would
// keep it out. Whether there is room is another question.
func (p *Placement) refusal(n *Node) string {
	if !n.Ready {
		return "NotReady"
	}
	if n.Cordoned && !p.tolerates(Taint{Key: corev1.TaintNodeUnschedulable, Effect: string(corev1.TaintEffectNoSchedule)}) {
		return "cordoned"
	}
	if mismatch := p.mismatch(n); mismatch != "" {
		return mismatch
	}
	return p.repelled(n)
}

// repelled by a taint, "" for none.
func (p *Placement) repelled(n *Node) string {
	if t := p.untolerated(n); t != nil {
		return "taint " + t.String()
	}
	return ""
}

// untolerated is the first taint of a node that repels, nil for none.
func (p *Placement) untolerated(n *Node) *Taint {
	for i := range n.Taints {
		if t := &n.Taints[i]; t.repels() && !p.tolerates(*t) {
			return t
		}
	}
	return nil
}

// mismatch of a node's labels, "" for none.
func (p *Placement) mismatch(n *Node) string {
	if p == nil {
		return ""
	}
	keys := make([]string, 0, len(p.NodeSelector))
	for key, value := range p.NodeSelector {
		if n.Labels[key] != value {
			keys = append(keys, key)
		}
	}
	if len(keys) > 0 {
		key := slices.Min(keys)
		return fmt.Sprintf("node selector %s=%s", key, p.NodeSelector[key])
	}
	if p.terms != nil && !slices.ContainsFunc(p.terms, func(t nodeTerm) bool { return t.matches(n) }) {
		return "node affinity"
	}
	return ""
}

func (t nodeTerm) matches(n *Node) bool {
	for _, required := range t.names {
		if (n.Ref.Name == required.name) == required.not {
			return false
		}
	}
	return t.labels.Matches(labels.Set(n.Labels))
}

// repels says that the taint keeps new pods away.
func (t Taint) repels() bool {
	return t.Effect == string(corev1.TaintEffectNoSchedule) || t.Effect == string(corev1.TaintEffectNoExecute)
}

func (p *Placement) tolerates(t Taint) bool {
	return p != nil && slices.ContainsFunc(p.Tolerations, func(o Toleration) bool { return o.covers(t) })
}

// covers says that the toleration is one of this taint. An operator that is not
// known here may be: what is not certain is not held against a node.
func (o Toleration) covers(t Taint) bool {
	if o.Effect != "" && o.Effect != t.Effect || o.Key != "" && o.Key != t.Key {
		return false
	}
	if o.Operator == "" || o.Operator == string(corev1.TolerationOpEqual) {
		return o.Key != "" && o.Value == t.Value
	}
	return true
}
