package cluster

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// tenantTokenLife is how long a tenant's token is good, unless its cluster ends before.
const tenantTokenLife = 24 * time.Hour

// Tenant is a user with rights in one namespace and nowhere else.
type Tenant struct {
	Namespace string
	ReadOnly  bool // may look, but not change anything
}

func (t Tenant) name() string {
	if t.ReadOnly {
		return "fader-viewer"
	}
	return "fader-operator"
}

// rules is what README.md's table of permissions says that fader needs, and no more.
func (t Tenant) rules() []rbacv1.PolicyRule {
	look := []string{"get", "list", "watch"}
	rules := []rbacv1.PolicyRule{
		{APIGroups: []string{""}, Resources: []string{"pods", "events", "services"}, Verbs: look},
		{APIGroups: []string{""}, Resources: []string{"pods/log"}, Verbs: []string{"get"}},
		{APIGroups: []string{"apps"}, Resources: []string{"deployments", "replicasets"}, Verbs: look},
		{APIGroups: []string{"autoscaling"}, Resources: []string{"horizontalpodautoscalers"}, Verbs: look},
		{APIGroups: []string{"discovery.k8s.io"}, Resources: []string{"endpointslices"}, Verbs: look},
		{APIGroups: []string{"policy"}, Resources: []string{"poddisruptionbudgets"}, Verbs: look},
	}
	if !t.ReadOnly {
		rules = append(rules, rbacv1.PolicyRule{
			APIGroups: []string{"apps"}, Resources: []string{"deployments", "deployments/scale"}, Verbs: []string{"patch"},
		})
	}
	return rules
}

// Kubeconfig makes the tenant in the running cluster of dir, if it is not there yet: a
// ServiceAccount, a Role and a RoleBinding in its namespace. It writes a kubeconfig with a
// new token of it that only the owner of dir can read, and returns that file's path.
func (t Tenant) Kubeconfig(ctx context.Context, dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("find %s: %w", dir, err)
	}
	l := layout{root: abs}
	config, err := AdminConfig(dir)
	if err != nil {
		return "", err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return "", fmt.Errorf("make a client: %w", err)
	}
	token, err := t.grant(ctx, client)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(l.path("users"), 0o700); err != nil {
		return "", fmt.Errorf("make the cluster's users: %w", err)
	}
	user := t.Namespace + "-" + strings.TrimPrefix(t.name(), "fader-")
	path := l.path("users", user+".kubeconfig")
	c := credentials{server: config.Host, ca: config.CAData, tokens: map[string]string{user: token}}
	return path, c.writeKubeconfig(path, user, t.Namespace)
}

// AdminConfig returns the settings of a client that may do everything in dir's cluster.
func AdminConfig(dir string) (*rest.Config, error) {
	path := layout{root: dir}.kubeconfig()
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("no practice cluster is running in %s (start one with `practice up --dir %s`)", dir, dir)
	}
	config, err := clientcmd.BuildConfigFromFlags("", path)
	if err != nil {
		return nil, fmt.Errorf("read the cluster's kubeconfig: %w", err)
	}
	config.QPS, config.Burst = 500, 1000
	return config, nil
}

// grant makes the tenant's objects and returns a token.
func (t Tenant) grant(ctx context.Context, client kubernetes.Interface) (string, error) {
	if _, err := client.CoreV1().Namespaces().Get(ctx, t.Namespace, metav1.GetOptions{}); err != nil {
		return "", fmt.Errorf("find namespace %q: %w", t.Namespace, err)
	}
	meta := metav1.ObjectMeta{Name: t.name(), Namespace: t.Namespace}
	accounts := client.CoreV1().ServiceAccounts(t.Namespace)
	create := metav1.CreateOptions{}
	for what, do := range map[string]func() error{
		"service account": func() error {
			_, err := accounts.Create(ctx, &corev1.ServiceAccount{ObjectMeta: meta}, create)
			return err
		},
		"role": func() error {
			_, err := client.RbacV1().Roles(t.Namespace).Create(ctx, &rbacv1.Role{ObjectMeta: meta, Rules: t.rules()}, create)
			return err
		},
		"role binding": func() error {
			_, err := client.RbacV1().RoleBindings(t.Namespace).Create(ctx, &rbacv1.RoleBinding{
				ObjectMeta: meta,
				Subjects:   []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Name: meta.Name, Namespace: t.Namespace}},
				RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: meta.Name},
			}, create)
			return err
		},
	} {
		if err := do(); err != nil && !apierrors.IsAlreadyExists(err) {
			return "", fmt.Errorf("make the %s %s of namespace %s: %w", what, meta.Name, t.Namespace, err)
		}
	}
	seconds := int64(tenantTokenLife / time.Second)
	request := &authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{ExpirationSeconds: &seconds}}
	answer, err := accounts.CreateToken(ctx, meta.Name, request, create)
	if err != nil {
		return "", fmt.Errorf("make a token of %s in namespace %s: %w", meta.Name, t.Namespace, err)
	}
	return answer.Status.Token, nil
}
