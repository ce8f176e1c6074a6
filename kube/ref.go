package kube

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Kind is a Kubernetes kind, spelled as in the API ("Deployment").
type Kind string

const (
	KindDeployment    Kind = "Deployment"
	KindReplicaSet    Kind = "ReplicaSet"
	KindPod           Kind = "Pod"
	KindService       Kind = "Service"
	KindEndpointSlice Kind = "EndpointSlice"
	KindNode          Kind = "Node"
	KindAutoscaler    Kind = "HorizontalPodAutoscaler"
	KindBudget        Kind = "PodDisruptionBudget"
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

// refOf an object of that kind. The API server allows nothing in a name that
// Clean would change; a server that is not one might.
func refOf(kind Kind, meta *metav1.ObjectMeta) Ref {
	return Ref{Kind: kind, Namespace: Clean(meta.Namespace), Name: Clean(meta.Name), UID: string(meta.UID)}
}

// controllerUID is the UID of the owner that controls the object, "" for an orphan.
func controllerUID(owners []metav1.OwnerReference) string {
	for i := range owners {
		if owners[i].Controller != nil && *owners[i].Controller {
			return string(owners[i].UID)
		}
	}
	return ""
}

// controllerOf is the owner that controls the object, zero for an orphan.
func controllerOf(owners []metav1.OwnerReference) Controller {
	for i := range owners {
		if owners[i].Controller != nil && *owners[i].Controller {
			return Controller{Kind(Clean(owners[i].Kind)), Clean(owners[i].Name)}
		}
	}
	return Controller{}
}
