package cluster

import (
	"context"
	"slices"
	"strings"
	"testing"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"
	"k8s.io/client-go/tools/clientcmd"
)

func TestRulesOfATenant(t *testing.T) {
	writes := func(tenant Tenant) (all []string) {
		for _, rule := range tenant.rules() {
			for _, verb := range rule.Verbs {
				if !slices.Contains([]string{"get", "list", "watch"}, verb) {
					for _, resource := range rule.Resources {
						all = append(all, verb+" "+resource)
					}
				}
			}
		}
		return all
	}
	if got := writes(Tenant{ReadOnly: true}); got != nil {
		t.Errorf("a reader may %v", got)
	}
	if got, want := writes(Tenant{}), []string{"patch deployments", "patch deployments/scale"}; !slices.Equal(got, want) {
		t.Errorf("an operator may %v, want %v", got, want)
	}
}

func TestGrantStaysInItsNamespace(t *testing.T) {
	client := fake.NewClientset(&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "shop"}})
	client.PrependReactor("create", "serviceaccounts", func(action clienttesting.Action) (bool, runtime.Object, error) {
		if action.GetSubresource() != "token" {
			return false, nil, nil
		}
		return true, &authenticationv1.TokenRequest{Status: authenticationv1.TokenRequestStatus{Token: "secret"}}, nil
	})
	ctx := context.Background()
	for range 2 { // the second time everything is there
		token, err := Tenant{Namespace: "shop"}.grant(ctx, client)
		if err != nil || token != "secret" {
			t.Fatalf("grant = %q, %v", token, err)
		}
	}
	for _, action := range client.Actions() {
		if action.GetVerb() == "create" && action.GetNamespace() != "shop" {
			t.Errorf("it made %s in namespace %q", action.GetResource().Resource, action.GetNamespace())
		}
	}
	binding, err := client.RbacV1().RoleBindings("shop").Get(ctx, "fader-operator", metav1.GetOptions{})
	if err != nil || binding.RoleRef.Kind != "Role" || binding.Subjects[0].Namespace != "shop" {
		t.Errorf("role binding %+v, %v", binding, err)
	}
	if _, err := (Tenant{Namespace: "nowhere"}).grant(ctx, client); err == nil {
		t.Error("a tenant of a namespace that is not there")
	}
}

func TestKubeconfigOfATenantNeedsACluster(t *testing.T) {
	if _, err := (Tenant{Namespace: "shop"}).Kubeconfig(context.Background(), t.TempDir()); err == nil || !strings.Contains(err.Error(), "no practice cluster") {
		t.Errorf("err = %v", err)
	}
}

func TestKubeconfigNamesTheNamespace(t *testing.T) {
	l := layout{root: t.TempDir()}
	c := credentials{server: "https://127.0.0.1:1", tokens: map[string]string{"u": "secret"}}
	if err := c.writeKubeconfig(l.kubeconfig(), "u", "shop"); err != nil {
		t.Fatal(err)
	}
	config, err := clientcmd.LoadFromFile(l.kubeconfig())
	if err != nil || config.Contexts[config.CurrentContext].Namespace != "shop" || config.AuthInfos["u"].Token != "secret" {
		t.Errorf("config %+v, %v", config, err)
	}
}
