package kube

import (
	"math"
	"strconv"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Deployment is what fader shows of an apps/v1 Deployment. Immutable.
type Deployment struct {
	Ref             Ref
	ResourceVersion string
	Created         time.Time
	Generation      int64
	Observed        int64 // status.observedGeneration
	Paused          bool
	// Deleting is when its deletion began; zero where it is not being deleted.
	Deleting time.Time
	// Finalizers that hold a Deployment which is being deleted; nil for any other.
	Finalizers []string
	Replicas   Replicas
	Strategy   Strategy
	MinReady   time.Duration
	// ProgressDeadline is nil where the rollout may take for ever (unset or MaxInt32 seconds).
	ProgressDeadline *time.Duration
	Conditions       []Condition
	Revision         int64 // annotation deployment.kubernetes.io/revision; 0 where absent or garbage
	ChangeCause      string
	Containers       []Container
	Selector         string            // the selector as kubectl writes it: "app=web,tier in (a,b)"
	Labels           map[string]string // sanitised
	Manager          Manager
	TemplateLabels   map[string]string // of the pods that the template makes; sanitised
	// Request of CPU and memory of one pod of the template; 0 where it asks for none.
	Request Amount
	// GPUs that one pod of the template requests, by resource name; nil for none.
	GPUs map[string]int64
	// Placement of the template's pods; nil where they may run anywhere.
	Placement *Placement
	// Uncounted is what else of the template limits where its pods run, and Room does
	// not count: "host ports", "ephemeral-storage"; nil for none.
	Uncounted []string
	// TemplateDigest is equal for two pod templates that the Deployment
	// controller takes for the same (pod-template-hash is left out).
	TemplateDigest uint64
	// BareDigest is TemplateDigest without the marks of restarts.
	BareDigest uint64
}

// Replicas counts pods as the Deployment's spec and status do.
type Replicas struct {
	Desired   int32 // spec.replicas, 1 where unset
	Current   int32
	Updated   int32
	Ready     int32
	Available int32
	// Terminating is nil where the server does not report it.
	Terminating *int32
}

const (
	revisionAnnotation    = "deployment.kubernetes.io/revision"
	changeCauseAnnotation = "kubernetes.io/change-cause"
)

// NewDeployment reads a Deployment; nothing of the object is kept. gpus are the
// operator's further names of resources that count as GPUs.
func NewDeployment(d *appsv1.Deployment, gpus ...string) *Deployment {
	replicas := newReplicas(d)
	digest, bare := templateDigests(&d.Spec.Template)
	deployment := &Deployment{
		Ref:              refOf(KindDeployment, &d.ObjectMeta),
		ResourceVersion:  d.ResourceVersion,
		Created:          d.CreationTimestamp.Time,
		Generation:       d.Generation,
		Observed:         d.Status.ObservedGeneration,
		Paused:           d.Spec.Paused,
		Replicas:         replicas,
		Strategy:         ResolveStrategy(d.Spec.Strategy, replicas.Desired),
		MinReady:         seconds(d.Spec.MinReadySeconds),
		ProgressDeadline: progressDeadline(d.Spec.ProgressDeadlineSeconds),
		Conditions:       deploymentConditions(d.Status.Conditions),
		Revision:         RevisionOf(d.Annotations),
		ChangeCause:      ChangeCauseOf(d.Annotations),
		Containers:       Containers(d.Spec.Template),
		Selector:         selectorText(d.Spec.Selector),
		Labels:           cleanMap(d.Labels),
		Manager:          ManagerOf(&d.ObjectMeta),
		TemplateLabels:   cleanMap(d.Spec.Template.Labels),
		Request:          requestOf(&d.Spec.Template.Spec, nil),
		GPUs:             together(&d.Spec.Template.Spec, gpuNames(gpus).of),
		Placement:        placementOfTemplate(d),
		Uncounted:        uncountedOf(&d.Spec.Template.Spec, gpus),
		TemplateDigest:   digest,
		BareDigest:       bare,
	}
	if d.DeletionTimestamp != nil {
		deployment.Deleting = d.DeletionTimestamp.Time
		for _, f := range d.Finalizers {
			deployment.Finalizers = append(deployment.Finalizers, Clean(f))
		}
	}
	return deployment
}

// Images are the images of the template's containers; init containers and
// sidecars are left out.
func (d *Deployment) Images() []string { return imagesOf(d.Containers) }

// Condition returns the condition of that type, nil where there is none.
func (d *Deployment) Condition(kind string) *Condition { return findCondition(d.Conditions, kind) }

// IsObserved says that the controller has seen the present spec: before that the
// status speaks of an older one.
func (d *Deployment) IsObserved() bool { return d.Generation <= d.Observed }

// progressing is the reason of the Progressing condition, "" where there is none.
func (d *Deployment) progressing() string {
	if c := d.Condition(conditionProgressing); c != nil {
		return c.Reason
	}
	return ""
}

// RevisionOf reads the revision annotation of a Deployment or ReplicaSet, 0 where
// it is absent, garbage or negative.
func RevisionOf(annotations map[string]string) int64 {
	n, err := strconv.ParseInt(annotations[revisionAnnotation], 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// ChangeCauseOf reads kubernetes.io/change-cause, cleaned.
func ChangeCauseOf(annotations map[string]string) string {
	return Clean(annotations[changeCauseAnnotation])
}

func newReplicas(d *appsv1.Deployment) Replicas {
	r := Replicas{
		Desired:   replicasOf(d.Spec.Replicas),
		Current:   d.Status.Replicas,
		Updated:   d.Status.UpdatedReplicas,
		Ready:     d.Status.ReadyReplicas,
		Available: d.Status.AvailableReplicas,
	}
	if n := d.Status.TerminatingReplicas; n != nil {
		r.Terminating = new(*n)
	}
	return r
}

// replicasOf a spec: the API server makes 1 of unset.
func replicasOf(n *int32) int32 {
	if n == nil {
		return 1
	}
	return *n
}

func seconds(n int32) time.Duration { return time.Duration(n) * time.Second }

func progressDeadline(n *int32) *time.Duration {
	if n == nil || *n == math.MaxInt32 {
		return nil
	}
	return new(seconds(*n))
}

// selectorText is "" for no selector and for one that does not parse.
func selectorText(selector *metav1.LabelSelector) string {
	if selector == nil {
		return ""
	}
	parsed, err := metav1.LabelSelectorAsSelector(selector)
	if err != nil {
		return ""
	}
	return Clean(parsed.String())
}

func cleanMap(from map[string]string) map[string]string {
	if len(from) == 0 {
		return nil
	}
	to := make(map[string]string, len(from))
	for k, v := range from {
		to[Clean(k)] = Clean(v)
	}
	return to
}
