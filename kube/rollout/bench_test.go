package rollout

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	jsonpatch "gopkg.in/evanphx/json-patch.v4"
	appsv1 "k8s.io/api/apps/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// bench is an API server for one Deployment, as far as moves go: it applies
// patches, checks their guards and answers as the real one does (409 for a merge
// patch's, 422 without a word for a JSON patch's test). Faults are put in by hooks.
type bench struct {
	mu          sync.Mutex
	deployment  *appsv1.Deployment // nil: deleted
	sets        []*appsv1.ReplicaSet
	autoscalers []autoscalingv2.HorizontalPodAutoscaler
	denied      bool
	version     int

	writes, rehearsals int      // patches that arrived
	managers           []string // field managers of the writes
	subresources       []string

	// onRead runs before a read of the Deployment, onPatch before a patch; an
	// error is the answer. after runs when a write is done: false cuts the answer.
	onRead  func(*bench) error
	onPatch func(b *bench, dryRun bool) error
	after   func() bool
}

func newBench(d *appsv1.Deployment, sets ...*appsv1.ReplicaSet) *bench {
	return &bench{deployment: d, sets: sets, version: 100}
}

func (b *bench) client(t *testing.T) kubernetes.Interface {
	server := httptest.NewServer(b)
	t.Cleanup(server.Close)
	client, err := kubernetes.NewForConfig(&rest.Config{Host: server.URL, QPS: -1})
	require.NoError(t, err)
	return client
}

// unreachable is a client of a server that has gone.
func unreachable(t *testing.T) kubernetes.Interface {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	client, err := kubernetes.NewForConfig(&rest.Config{Host: server.URL, QPS: -1})
	require.NoError(t, err)
	return client
}

func (b *bench) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch path := r.URL.Path; {
	case strings.HasSuffix(path, "/selfsubjectaccessreviews"):
		review := authorizationv1.SelfSubjectAccessReview{Status: authorizationv1.SubjectAccessReviewStatus{Allowed: !b.denied}}
		review.APIVersion, review.Kind = "authorization.k8s.io/v1", "SelfSubjectAccessReview"
		respond(w, http.StatusCreated, review)
	case strings.HasSuffix(path, "/horizontalpodautoscalers"):
		respond(w, http.StatusOK, autoscalingv2.HorizontalPodAutoscalerList{Items: b.autoscalers})
	case strings.HasSuffix(path, "/replicasets"):
		list := appsv1.ReplicaSetList{}
		for _, rs := range b.sets {
			list.Items = append(list.Items, *rs)
		}
		respond(w, http.StatusOK, list)
	case r.Method == http.MethodPatch:
		b.servePatch(w, r)
	default:
		b.serveRead(w)
	}
}

func (b *bench) serveRead(w http.ResponseWriter) {
	if b.onRead != nil {
		if err := b.onRead(b); err != nil {
			refuse(w, err)
			return
		}
	}
	if b.deployment == nil {
		refuse(w, apierrors.NewNotFound(deployments(), "fraud"))
		return
	}
	respond(w, http.StatusOK, b.deployment)
}

func (b *bench) servePatch(w http.ResponseWriter, r *http.Request) {
	dryRun := r.URL.Query().Get("dryRun") == "All"
	scale := strings.HasSuffix(r.URL.Path, "/scale")
	if dryRun {
		b.rehearsals++
	} else {
		b.writes++
		b.managers = append(b.managers, r.URL.Query().Get("fieldManager"))
		b.subresources = append(b.subresources, map[bool]string{true: "scale"}[scale])
	}
	if b.onPatch != nil {
		if err := b.onPatch(b, dryRun); err != nil {
			refuse(w, err)
			return
		}
	}
	if b.deployment == nil {
		refuse(w, apierrors.NewNotFound(deployments(), "fraud"))
		return
	}
	body := make([]byte, r.ContentLength)
	if _, err := r.Body.Read(body); err != nil && err.Error() != "EOF" {
		refuse(w, err)
		return
	}
	after, err := patched(b.deployment, r.Header.Get("Content-Type"), body)
	if err != nil {
		refuse(w, err)
		return
	}
	if !dryRun {
		b.store(after)
	}
	if b.after != nil && !dryRun && !b.after() {
		panic(http.ErrAbortHandler)
	}
	if scale {
		respond(w, http.StatusOK, autoscalingv1.Scale{
			ObjectMeta: metav1.ObjectMeta{Name: "fraud", Namespace: "ml", ResourceVersion: after.ResourceVersion},
			Spec:       autoscalingv1.ScaleSpec{Replicas: desired(after)},
		})
		return
	}
	respond(w, http.StatusOK, after)
}

// patched applies a patch as the API server does, guards included.
func patched(d *appsv1.Deployment, kind string, body []byte) (*appsv1.Deployment, error) {
	old, err := json.Marshal(d)
	if err != nil {
		return nil, err
	}
	var fresh []byte
	if kind == "application/json-patch+json" {
		steps, err := jsonpatch.DecodePatch(body)
		if err != nil {
			return nil, err
		}
		if fresh, err = steps.Apply(old); err != nil {
			return nil, apierrors.NewGenericServerResponse(422, "", schema.GroupResource{}, "", err.Error(), 0, false)
		}
	} else if fresh, err = jsonpatch.MergePatch(old, body); err != nil {
		return nil, err
	}
	after := &appsv1.Deployment{}
	if err := json.Unmarshal(fresh, after); err != nil {
		return nil, err
	}
	if after.ResourceVersion != d.ResourceVersion || after.UID != d.UID {
		return nil, apierrors.NewConflict(deployments(), d.Name, fmt.Errorf("the object has been modified"))
	}
	return after, nil
}

// store makes it the live object under a new version.
func (b *bench) store(d *appsv1.Deployment) {
	b.version++
	d.ResourceVersion = strconv.Itoa(b.version)
	d.Generation++
	b.deployment = d
}

// edit is what somebody else does.
func (b *bench) edit(change func(*appsv1.Deployment)) {
	d := b.deployment.DeepCopy()
	change(d)
	b.store(d)
}

// control does what the Deployment controller does to the history: the template's
// ReplicaSet gets the next number, and is made where there is none.
func (b *bench) control() {
	d := b.deployment
	book := ledgerOf(d, b.sets)
	current := book.current()
	if current == nil {
		if d.Spec.Paused {
			return
		}
		n := int(book.next()) + 1000 // a name that no other ReplicaSet has
		rs := set(n, 0)
		rs.Spec.Template = *d.Spec.Template.DeepCopy()
		rs.Spec.Template.Labels = maps.Clone(rs.Spec.Template.Labels)
		rs.Spec.Template.Labels[appsv1.DefaultDeploymentUniqueLabelKey] = strconv.Itoa(n)
		b.sets = append(b.sets, rs)
		current = &revision{set: rs, number: garbage}
	}
	highest := int64(0)
	for _, r := range book {
		if r.set.UID != current.set.UID {
			highest = max(highest, r.number)
		}
	}
	i := slices.IndexFunc(b.sets, func(rs *appsv1.ReplicaSet) bool { return rs.UID == current.set.UID })
	rs := b.sets[i].DeepCopy()
	rs.Annotations = maps.Clone(d.Annotations)
	rs.Annotations[revisionAnnotation] = fmt.Sprint(max(current.number, highest+1))
	b.sets[i] = rs
}

func deployments() schema.GroupResource {
	return schema.GroupResource{Group: "apps", Resource: "deployments"}
}

func respond(w http.ResponseWriter, code int, object any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(object)
}

func refuse(w http.ResponseWriter, err error) {
	status := metav1.Status{Status: metav1.StatusFailure, Code: 500, Reason: metav1.StatusReasonInternalError, Message: err.Error()}
	if known, ok := err.(apierrors.APIStatus); ok {
		status = known.Status()
	}
	if status.Details != nil && status.Details.RetryAfterSeconds > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(status.Details.RetryAfterSeconds)))
	}
	status.APIVersion, status.Kind, status.Status = "v1", "Status", metav1.StatusFailure
	respond(w, int(status.Code), status)
}
