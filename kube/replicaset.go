package kube

import "time"

// ReplicaSet is what fader shows of an apps/v1 ReplicaSet. Immutable.
type ReplicaSet struct {
	Ref            Ref
	OwnerUID       string // UID of the controlling Deployment; "" for an orphan
	Created        time.Time
	Revision       int64 // 0 where the annotation is absent or garbage
	ChangeCause    string
	Desired        int32 // spec.replicas, 1 where unset
	Current        int32
	Ready          int32
	Available      int32
	Conditions     []Condition // ReplicaFailure carries quota and admission errors
	Containers     []Container
	TemplateDigest uint64
}

// Images are the images of the template's containers, init containers left out.
func (r *ReplicaSet) Images() []string {
	var images []string
	for _, c := range r.Containers {
		if !c.Init {
			images = append(images, c.Image)
		}
	}
	return images
}
