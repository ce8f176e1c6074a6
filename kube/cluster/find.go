package cluster

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"

	"fader/kube"
)

// Sign is what a Service is recognised by: a label selector, or its name.
type Sign struct{ Labels, Name string }

// Port of a Service.
type Port struct {
	Name   string
	Number int32
}

// FoundService shows a sign.
type FoundService struct {
	Namespace, Name string
	Sign            int // the number of the first sign that it shows
	Ports           []Port
}

// FindServices looks for Services with a sign, in every namespace where that is
// permitted, else in those that are named. Those of the named namespaces come
// first: in a cluster of many tenants whoever may make a Service can give it any
// sign. Then they come in the order of the signs, of namespaces and names. Where nothing may be listed there is none; the
// error is one sentence about anything else.
func (c *Cluster) FindServices(ctx context.Context, signs []Sign, namespaces []string) ([]FoundService, error) {
	var questions []question
	for _, s := range signs {
		o := metav1.ListOptions{LabelSelector: s.Labels, ResourceVersion: "0"}
		if s.Name != "" {
			o.FieldSelector = fields.OneTermEqualSelector("metadata.name", s.Name).String()
		}
		questions = append(questions, question{metav1.NamespaceAll, o})
	}
	all, err := c.ask(ctx, questions)
	if apierrors.IsForbidden(err) {
		questions = nil
		for _, ns := range namespaces {
			questions = append(questions, question{ns, metav1.ListOptions{ResourceVersion: "0"}})
		}
		all, err = c.ask(ctx, questions)
	}
	if err != nil && !apierrors.IsForbidden(err) && len(all) == 0 {
		return nil, fmt.Errorf("list services: %s", c.Explain(err))
	}
	return recognised(all, signs, namespaces), nil
}

// GetService is one Service by its name. The error is one sentence.
func (c *Cluster) GetService(ctx context.Context, namespace, name string) (FoundService, error) {
	s, err := c.Client.CoreV1().Services(namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return FoundService{}, fmt.Errorf("read Service %s/%s: %s", kube.Clean(namespace), kube.Clean(name), c.Explain(err))
	}
	return foundService(s, 0), nil
}

// question is one list that is asked for.
type question struct {
	namespace string
	options   metav1.ListOptions
}

// ask all questions at the same time. The error is that of the first that has one.
func (c *Cluster) ask(ctx context.Context, questions []question) ([]corev1.Service, error) {
	answers := make([]*corev1.ServiceList, len(questions))
	errs := make([]error, len(questions))
	var asking sync.WaitGroup
	for i, q := range questions {
		asking.Go(func() {
			answers[i], errs[i] = c.Client.CoreV1().Services(q.namespace).List(ctx, q.options)
		})
	}
	asking.Wait()
	var all []corev1.Service
	var first error
	for i, answer := range answers {
		switch {
		case errs[i] == nil:
			all = append(all, answer.Items...)
		case first == nil:
			first = errs[i]
		}
	}
	return all, first
}

// recognised are the Services with a sign, each once.
func recognised(all []corev1.Service, signs []Sign, namespaces []string) []FoundService {
	var found []FoundService
	for i := range all {
		s := &all[i]
		sign := slices.IndexFunc(signs, func(sign Sign) bool { return sign.on(s) })
		if sign >= 0 && s.Spec.Type != corev1.ServiceTypeExternalName {
			found = append(found, foundService(s, sign))
		}
	}
	elsewhere := func(f FoundService) int {
		if slices.Contains(namespaces, f.Namespace) {
			return 0
		}
		return 1
	}
	slices.SortFunc(found, func(a, b FoundService) int {
		return cmp.Or(cmp.Compare(elsewhere(a), elsewhere(b)), cmp.Compare(a.Sign, b.Sign), cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	return slices.CompactFunc(found, func(a, b FoundService) bool { return a.Namespace == b.Namespace && a.Name == b.Name })
}

// on says that a Service shows the sign.
func (s Sign) on(of *corev1.Service) bool {
	if s.Name != "" {
		return of.Name == s.Name
	}
	selector, err := labels.Parse(s.Labels)
	return err == nil && selector.Matches(labels.Set(of.Labels))
}

func foundService(s *corev1.Service, sign int) FoundService {
	found := FoundService{Namespace: s.Namespace, Name: s.Name, Sign: sign}
	for _, p := range s.Spec.Ports {
		if p.Protocol == corev1.ProtocolTCP || p.Protocol == "" {
			found.Ports = append(found.Ports, Port{p.Name, p.Port})
		}
	}
	return found
}
