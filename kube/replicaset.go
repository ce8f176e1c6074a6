package kube

import (
	"time"

	appsv1 "k8s.io/api/apps/v1"
)

// ReplicaSet is what fader shows of an apps/v1 ReplicaSet. Immutable.
type ReplicaSet struct {
	Ref            Ref
	OwnerUID       string     // UID of the controlling Deployment; "" for an orphan
	Controller     Controller // what has OwnerUID
	Created        time.Time
	Revision       int64 // 0 where the annotation is absent or garbage
	ChangeCause    string
	Desired        int32 // spec.replicas, 1 where unset
	Current        int32
	Ready          int32
	Available      int32
	Conditions     []Condition // ReplicaFailure carries quota and admission errors
	Containers     []Container
	Exclusive      []string // what its pods share with no other pod: "host port 80/TCP"; nil for none
	TemplateDigest uint64
	BareDigest     uint64 // TemplateDigest without the marks of restarts
}

// NewReplicaSet reads a ReplicaSet; nothing of the object is kept.
func NewReplicaSet(rs *appsv1.ReplicaSet) *ReplicaSet {
	digest, bare := templateDigests(&rs.Spec.Template)
	return &ReplicaSet{
		Ref:            refOf(KindReplicaSet, &rs.ObjectMeta),
		OwnerUID:       controllerUID(rs.OwnerReferences),
		Controller:     controllerOf(rs.OwnerReferences),
		Created:        rs.CreationTimestamp.Time,
		Revision:       RevisionOf(rs.Annotations),
		ChangeCause:    ChangeCauseOf(rs.Annotations),
		Desired:        replicasOf(rs.Spec.Replicas),
		Current:        rs.Status.Replicas,
		Ready:          rs.Status.ReadyReplicas,
		Available:      rs.Status.AvailableReplicas,
		Conditions:     replicaSetConditions(rs.Status.Conditions),
		Containers:     Containers(rs.Spec.Template),
		Exclusive:      exclusiveOf(&rs.Spec.Template.Spec),
		TemplateDigest: digest,
		BareDigest:     bare,
	}
}

// Images are the images of the template's containers, init containers left out.
func (r *ReplicaSet) Images() []string { return imagesOf(r.Containers) }

// Condition returns the condition of that type, nil where there is none.
func (r *ReplicaSet) Condition(kind string) *Condition { return findCondition(r.Conditions, kind) }

// controllerOfPods is what the ReplicaSet's pods are said to belong to: its own
// controller (a Deployment that is not in sight, an Argo Rollout), or itself.
func (r *ReplicaSet) controllerOfPods() Controller {
	if r.Controller != (Controller{}) {
		return r.Controller
	}
	return Controller{KindReplicaSet, r.Ref.Name}
}
