package inspect

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/kubernetes/fake"
	"sigs.k8s.io/yaml"

	"fader/kube"
)

const hidden = "hunter2-hunter2-hunter24" // 24 characters

// template is a pod template with credentials wherever people put them.
const template = `
metadata: {labels: {app: web}}
spec:
  initContainers:
  - {name: init, image: init:1, env: [{name: DB_PASSWORD, value: ` + hidden + `}]}
  containers:
  - name: web
    image: web:2
    command: [serve, --api-token, ` + hidden + `, "--password=` + hidden + `", --verbose, "--model=v2"]
    args: ["export AWS_SECRET_ACCESS_KEY='` + hidden + `'; run", "postgres://web:` + hidden + `@db/web"]
    env:
    - {name: API_TOKEN, value: ` + hidden + `}
    - {name: LOG_LEVEL, value: debug}
    - {name: MAX_TOKENS, value: "4096"}
    - {name: DATABASE_URL, value: "postgres://web:` + hidden + `@db:5432/web"}
    - {name: FROM_SECRET, valueFrom: {secretKeyRef: {name: web-secret, key: password}}}
    livenessProbe: {httpGet: {port: 80, path: /, httpHeaders: [{name: Authorization, value: ` + hidden + `}]}}
`

const meta = `
metadata:
  name: web
  namespace: shop
  uid: uid-1
  creationTimestamp: "2026-11-21T14:00:00Z"
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: '{"env":"` + hidden + `"}'
    note: "evil \u001b[2J text"
  managedFields:
  - {manager: kubectl, time: "2026-11-20T10:00:00Z", operation: Update, fieldsV1: {"f:spec": {}}}
  - {manager: kube-controller-manager, time: "2026-11-21T10:00:00Z", operation: Update, fieldsV1: {"f:status": {}}}
  - {manager: kubectl, time: "2026-11-19T10:00:00Z", operation: Apply, fieldsV1: {"f:spec": {}}}
`

// object reads YAML as the API server would send it.
func object(t *testing.T, text string) map[string]any {
	t.Helper()
	var o map[string]any
	require.NoError(t, yaml.Unmarshal([]byte(text), &o))
	return o
}

func indent(text string) string {
	return strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n    ") + "\n"
}

// objects of every kind that fader looks at.
func objects() map[kube.Kind]string {
	selector := "  selector: {matchLabels: {app: web}}\n  template:" + indent(template)
	return map[kube.Kind]string{
		kube.KindDeployment: "apiVersion: apps/v1\nkind: Deployment" + meta + "spec:\n  replicas: 2\n  futureField: kept\n" + selector,
		kube.KindReplicaSet: "apiVersion: apps/v1\nkind: ReplicaSet" + meta + "spec:\n  replicas: 2\n" + selector,
		kube.KindPod: "apiVersion: v1\nkind: Pod" + meta +
			strings.Replace(template, "metadata: {labels: {app: web}}\n", "", 1),
		"Service":                 "apiVersion: v1\nkind: Service" + meta + "spec: {type: ClusterIP, selector: {app: web}}\n",
		"EndpointSlice":           "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice" + meta + "addressType: IPv4\nports: [{port: 80}]\nendpoints: []\n",
		"Node":                    "apiVersion: v1\nkind: Node" + strings.Replace(meta, "  namespace: shop\n", "", 1) + "status: {capacity: {cpu: '4'}, allocatable: {cpu: '4'}}\n",
		"HorizontalPodAutoscaler": "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler" + meta + "spec: {maxReplicas: 3, scaleTargetRef: {kind: Deployment, name: web}}\n",
		"PodDisruptionBudget":     "apiVersion: policy/v1\nkind: PodDisruptionBudget" + meta + "spec: {minAvailable: 1}\n",
	}
}

func refTo(kind kube.Kind) kube.Ref {
	ref := kube.Ref{Kind: kind, Namespace: "shop", Name: "web", UID: "uid-1"}
	if kind == "Node" {
		ref.Namespace = ""
	}
	return ref
}

// shop is a server with one object of every kind, and an event about each.
func shop(t *testing.T) *server {
	s := newServer(t)
	for kind, text := range objects() {
		s.objects[places()[kind].path(refTo(kind))] = object(t, text)
	}
	s.objects["/api/v1/namespaces/shop/events"] = object(t, `
apiVersion: v1
kind: EventList
items:
- metadata: {name: e, namespace: shop}
  involvedObject: {kind: Deployment, name: web, namespace: shop}
  type: Warning
  reason: FailedCreate
  message: "quota \u001b[31mexceeded"
  count: 3
`)
	s.objects["/api/v1/namespaces/shop/pods"] = object(t, "apiVersion: v1\nkind: PodList\nitems: []\n")
	s.objects["/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices"] = object(t, "apiVersion: discovery.k8s.io/v1\nkind: EndpointSliceList\nitems: []\n")
	s.objects["/apis/apps/v1/namespaces/shop/replicasets"] = object(t, "apiVersion: apps/v1\nkind: ReplicaSetList\nitems: []\n")
	s.objects["/api/v1/pods"] = object(t, "apiVersion: v1\nkind: PodList\nitems: []\n")
	s.objects["/api/v1/events"] = object(t, "apiVersion: v1\nkind: EventList\nitems: []\n")
	s.objects["/api/v1/namespaces/default/events"] = s.objects["/api/v1/events"]
	return s
}

// requireFit checks what holds for every text: nothing hidden, nothing a terminal obeys.
func requireFit(t *testing.T, text string) {
	t.Helper()
	require.NotContains(t, text, hidden)
	require.NotContains(t, text, "\x1b")
	require.Equal(t, kube.CleanText(text, len(text)), text)
}

func TestYAMLOfEveryKind(t *testing.T) {
	s := shop(t)
	for kind := range objects() {
		t.Run(string(kind), func(t *testing.T) {
			got, err := New(s.client(t)).YAML(t.Context(), refTo(kind))
			require.NoError(t, err)
			requireFit(t, got)
			require.Contains(t, got, "kind: "+string(kind)+"\n")
			require.Contains(t, got, "managedFields: (folded) kube-controller-manager 2026-11-21T10:00:00Z, kubectl 2026-11-20T10:00:00Z\n    (2 entries)")
			require.Contains(t, got, "last-applied-configuration: (folded, 34 characters)")
			require.NoError(t, yaml.Unmarshal([]byte(got), &map[string]any{}), "still YAML")
		})
	}
}

func TestYAMLShowsWhatIsNotSecret(t *testing.T) {
	got, err := New(shop(t).client(t)).YAML(t.Context(), refTo(kube.KindDeployment))
	require.NoError(t, err)
	for _, want := range []string{
		"futureField: kept", "value: debug", `value: "4096"`, "name: web-secret", "key: password",
		"- --model=v2", "- (hidden, 24 characters)", "- --password=(hidden, 24 characters)",
		"postgres://web:(hidden)@db:5432/web", "export AWS_SECRET_ACCESS_KEY=(hidden, 24 characters); run",
	} {
		require.Contains(t, got, want)
	}
	require.Equal(t, 6, strings.Count(got, "(hidden, 24 characters)"))
}

func TestYAMLOfAnotherObjectOfTheNameSaysSo(t *testing.T) {
	ref := refTo("Service")
	ref.UID = "an older one"
	got, err := New(shop(t).client(t)).YAML(t.Context(), ref)
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(got, "# deleted and made again"), got[:60])
	ref.UID = ""
	got, err = New(shop(t).client(t)).YAML(t.Context(), ref)
	require.NoError(t, err)
	require.NotContains(t, got, "made again")
}

func TestATextThatIsTooLongSaysWhatWasCut(t *testing.T) {
	got := bounded("one\ntwo\nthree\nfour\n", 10)
	require.Equal(t, "one\ntwo\n# cut here: lines: 2, bytes: 11\n", got)
	require.Equal(t, "one\n", bounded("one\n", 10))
	require.Equal(t, "# cut here: lines: 1, bytes: 12\n", bounded("a long line\n", 10))
}

func TestDescribeOfEveryKind(t *testing.T) {
	s := shop(t)
	for kind := range objects() {
		t.Run(string(kind), func(t *testing.T) {
			got, err := New(s.client(t)).Describe(t.Context(), refTo(kind))
			if kind == "EndpointSlice" {
				// kubectl 0.37 takes a port's protocol for granted
				require.ErrorContains(t, err, "kubectl's describe cannot read this object")
				return
			}
			require.NoError(t, err)
			requireFit(t, got)
			require.Contains(t, got, "Name:")
			if kind != "Node" {
				require.Contains(t, got, "FailedCreate")
			}
		})
	}
}

func TestDescribeMasksAndKeepsReferences(t *testing.T) {
	got, err := New(shop(t).client(t)).Describe(t.Context(), refTo(kube.KindDeployment))
	require.NoError(t, err)
	require.Regexp(t, `API_TOKEN:\s+\(hidden, 24 characters\)`, got)
	require.Regexp(t, `LOG_LEVEL:\s+debug`, got)
	require.Contains(t, got, "<set to the key 'password' in secret 'web-secret'>")
}

func TestWhatCannotBeRead(t *testing.T) {
	s := shop(t)
	for name, look := range map[string]func(context.Context, kube.Ref) (string, error){
		"yaml": New(s.client(t)).YAML, "describe": New(s.client(t)).Describe,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := look(t.Context(), kube.Ref{Kind: "Secret", Namespace: "shop", Name: "web"})
			require.ErrorContains(t, err, "a Secret cannot be looked at")
			_, err = look(t.Context(), kube.Ref{Kind: "Service", Namespace: "shop", Name: "other"})
			require.True(t, apierrors.IsNotFound(err), "%v", err)
		})
	}
	_, err := New(fake.NewClientset()).YAML(t.Context(), refTo(kube.KindPod))
	require.ErrorIs(t, err, errNoServer)
}

func TestLookingEndsWithItsContext(t *testing.T) {
	hang := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer hang.Close()
	s := &server{Server: hang}
	for name, look := range map[string]func(context.Context, kube.Ref) (string, error){
		"yaml": New(s.client(t)).YAML, "describe": New(s.client(t)).Describe,
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
			defer cancel()
			_, err := look(ctx, refTo(kube.KindDeployment))
			require.ErrorIs(t, err, context.DeadlineExceeded)
		})
	}
}

// What a server sends that is no object must not get by the mask.
func TestMaskReachesEveryDepth(t *testing.T) {
	var o any
	require.NoError(t, json.Unmarshal([]byte(`[{"a":[{"env":[{"name":"TOKEN","value":"`+hidden+`"}]}]}]`), &o))
	mask(o)
	out, err := json.Marshal(o)
	require.NoError(t, err)
	require.NotContains(t, string(out), hidden)
}
