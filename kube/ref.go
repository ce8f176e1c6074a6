package kube

// Kind is a Kubernetes kind, spelled as in the API ("Deployment").
type Kind string

const (
	KindDeployment Kind = "Deployment"
	KindReplicaSet Kind = "ReplicaSet"
	KindPod        Kind = "Pod"
)

// Ref names one object for as long as it lives: an object deleted and created
// again under the same name has another UID and so another Ref. It is comparable
// and serves as the key of cursors, marks and targets.
type Ref struct {
	Kind      Kind
	Namespace string
	Name      string
	UID       string
}

// String is "namespace/name".
func (r Ref) String() string {
	if r.Namespace == "" {
		return r.Name
	}
	return r.Namespace + "/" + r.Name
}
