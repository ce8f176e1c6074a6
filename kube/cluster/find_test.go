package cluster

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// catalogue answers lists of Services; forbidden is where it does not.
func catalogue(all []corev1.Service, forbidden func(namespace string) bool, asked *int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		*asked++
		namespace := ""
		if parts := strings.Split(r.URL.Path, "/"); len(parts) > 5 {
			namespace = parts[4]
		}
		if forbidden(namespace) {
			refusing(w, 403, "no")
			return
		}
		list := corev1.ServiceList{TypeMeta: metav1.TypeMeta{Kind: "ServiceList", APIVersion: "v1"}}
		for _, s := range all {
			name := strings.TrimPrefix(r.URL.Query().Get("fieldSelector"), "metadata.name=")
			label := r.URL.Query().Get("labelSelector")
			key, value, _ := strings.Cut(label, "=")
			if (namespace == "" || s.Namespace == namespace) && (name == "" || s.Name == name) && (label == "" || s.Labels[key] == value) {
				list.Items = append(list.Items, s)
			}
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(list)
	}
}

func service(namespace, name, label string, ports ...corev1.ServicePort) corev1.Service {
	key, value, _ := strings.Cut(label, "=")
	return corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, Labels: map[string]string{key: value}},
		Spec:       corev1.ServiceSpec{Ports: ports},
	}
}

func TestFindServices(t *testing.T) {
	external := service("a", "external", "app=prometheus")
	external.Spec.Type = corev1.ServiceTypeExternalName
	all := []corev1.Service{
		service("aa", "named", ""), service("shop", "web", "app=web"), external,
		service("b", "labelled", "app=prometheus", corev1.ServicePort{Name: "dns", Port: 53, Protocol: corev1.ProtocolUDP}, corev1.ServicePort{Name: "web", Port: 9090}),
		service("a", "named", "app=prometheus"), service("a", "labelled", "app=prometheus"),
		service("A-tenant", "labelled", "app=prometheus"),
	}
	signs := []Sign{{Labels: "app=prometheus"}, {Name: "named"}}
	everywhere := []FoundService{
		{Namespace: "a", Name: "labelled"},
		{Namespace: "a", Name: "named"}, // once, by the first of its signs
		{Namespace: "b", Name: "labelled", Ports: []Port{{"web", 9090}}},
		{Namespace: "aa", Name: "named", Sign: 1}, // a later sign, whatever its namespace
		{Namespace: "A-tenant", Name: "labelled"}, // not one of the namespaces that were named
	}
	for name, c := range map[string]struct {
		forbidden func(string) bool
		want      []FoundService
		asked     int
	}{
		"everywhere":                   {func(string) bool { return false }, everywhere, 2},
		"where it is permitted":        {func(ns string) bool { return ns == "" || ns == "a" }, []FoundService{everywhere[2], everywhere[3]}, 5},
		"nowhere, which is no trouble": {func(string) bool { return true }, nil, 5},
	} {
		t.Run(name, func(t *testing.T) {
			asked := 0
			got, err := serving(t, "", serially(catalogue(all, c.forbidden, &asked))).FindServices(t.Context(), signs, []string{"a", "b", "aa"})
			require.NoError(t, err)
			require.Equal(t, c.want, got)
			require.Equal(t, c.asked, asked, "however many Services there are")
		})
	}
	broken := serving(t, "", func(w http.ResponseWriter, _ *http.Request) { refusing(w, 500, "etcd is gone") })
	_, err := broken.FindServices(t.Context(), signs, nil)
	require.ErrorContains(t, err, "list services: ")
	_, err = broken.GetService(t.Context(), "a", "b")
	require.ErrorContains(t, err, "read Service a/b: ")
}

// serially answers one request after the other.
func serially(next http.HandlerFunc) http.HandlerFunc {
	turn := make(chan struct{}, 1)
	return func(w http.ResponseWriter, r *http.Request) {
		turn <- struct{}{}
		defer func() { <-turn }()
		next(w, r)
	}
}
