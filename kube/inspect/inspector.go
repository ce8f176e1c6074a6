package inspect

import (
	"errors"
	"fmt"
	"path"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"fader/kube"
)

// maxText bounds a text, in bytes: half a minute of paging, and more than any
// object that people write.
const maxText = 1 << 20

// Inspector reads single objects. Safe for use by many goroutines.
type Inspector struct {
	client kubernetes.Interface
}

// New is an inspector that reads through a client.
func New(client kubernetes.Interface) *Inspector { return &Inspector{client: client} }

// place is where objects of a kind are found.
type place struct {
	group, version, resource string
	clusterWide              bool
}

// places of the kinds that fader shows. Secrets are left out on purpose.
func places() map[kube.Kind]place {
	return map[kube.Kind]place{
		kube.KindDeployment:       {group: "apps", version: "v1", resource: "deployments"},
		kube.KindReplicaSet:       {group: "apps", version: "v1", resource: "replicasets"},
		kube.KindPod:              {version: "v1", resource: "pods"},
		"Service":                 {version: "v1", resource: "services"},
		"Node":                    {version: "v1", resource: "nodes", clusterWide: true},
		"EndpointSlice":           {group: "discovery.k8s.io", version: "v1", resource: "endpointslices"},
		"HorizontalPodAutoscaler": {group: "autoscaling", version: "v2", resource: "horizontalpodautoscalers"},
		"PodDisruptionBudget":     {group: "policy", version: "v1", resource: "poddisruptionbudgets"},
	}
}

// path of an object on the API server.
func (p place) path(ref kube.Ref) string {
	root := path.Join("/apis", p.group, p.version)
	if p.group == "" {
		root = path.Join("/api", p.version)
	}
	if p.clusterWide {
		return path.Join(root, p.resource, ref.Name)
	}
	return path.Join(root, "namespaces", ref.Namespace, p.resource, ref.Name)
}

func (p place) groupKind(kind kube.Kind) schema.GroupKind {
	return schema.GroupKind{Group: p.group, Kind: string(kind)}
}

var errNoServer = errors.New("this client has no server behind it")

// find says where a ref's object is, and the client that can ask for it raw.
func (i *Inspector) find(ref kube.Ref) (place, *rest.RESTClient, error) {
	where, known := places()[ref.Kind]
	if !known {
		return place{}, nil, fmt.Errorf("a %s cannot be looked at", kube.Clean(string(ref.Kind)))
	}
	client, ok := i.client.Discovery().RESTClient().(*rest.RESTClient)
	if !ok || client == nil {
		return place{}, nil, errNoServer
	}
	return where, client, nil
}
