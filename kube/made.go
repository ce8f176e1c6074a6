package kube

import (
	"maps"
	"slices"
	"strings"
)

// made is what a snapshot was made with: what the next one looks up, and what it
// need not make again where its parts are the same.
type made struct {
	owners    owners
	others    others
	pods      map[string]*Pod // by UID; only UIDs and owners in them are of today
	settled   bool            // no pod came, went or changed hands since the last time
	objects   Objects         // in order
	backings  []backing       // of Snapshot.Backends
	relations map[*Deployment]*relation
	terrain   *terrain
	loads     []load // of Snapshot.GPUNodes
	devices   *deviceSources
	taken     *taken
}

// index what is looked up by UID.
func (m *made) index(o Objects, joined []inputs, previous *made) {
	m.objects = o
	m.owners = ownersOf(joined, o.ReplicaSets, previous.owners)
	m.settled = previous.pods != nil && maps.Equal(m.owners, previous.owners) &&
		slices.EqualFunc(o.Pods, previous.objects.Pods, sameDescent)
	m.others = previous.others.next(m.settled)
	if m.settled {
		m.pods = previous.pods
		return
	}
	m.pods = make(map[string]*Pod, len(o.Pods))
	for _, p := range o.Pods {
		if p.Ref.UID != "" {
			m.pods[p.Ref.UID] = p
		}
	}
}

func sameDescent(a, b *Pod) bool {
	return a == b || a.Ref.UID == b.Ref.UID && a.OwnerUID == b.OwnerUID
}

// pod that an endpoint points to, by UID, or by name where it gives none; nil for
// one that is not in sight.
func (m *made) pod(ref Ref) *Pod {
	if ref.UID != "" {
		return m.pods[ref.UID]
	}
	if ref.Name == "" {
		return nil
	}
	at, found := slices.BinarySearchFunc(m.objects.Pods, ref, func(p *Pod, ref Ref) int {
		if n := strings.Compare(p.Ref.Namespace, ref.Namespace); n != 0 {
			return n
		}
		return strings.Compare(p.Ref.Name, ref.Name)
	})
	if !found {
		return nil
	}
	return m.objects.Pods[at]
}

// identify the pod that an endpoint points to: "" for one that points to none.
func (m *made) identify(ref Ref) string {
	switch p := m.pod(ref); {
	case ref == Ref{}:
		return ""
	case ref.UID != "":
		return ref.UID
	case p != nil:
		return p.Ref.UID
	}
	return ref.Namespace + "/" + ref.Name
}

func (m *made) ownerOf(ref Ref) *owner {
	p := m.pod(ref)
	if p == nil {
		return nil
	}
	if o := m.owners[p.OwnerUID]; o != nil {
		return o
	}
	return m.others.of(p)
}

// others are the owners of endpoints whose pods belong to no ReplicaSet in sight,
// by the UID of the controller, "" for pods that have none.
type others struct {
	known owners
	// before are those of the last build, which must not be changed; nil where
	// known are these.
	before owners
	shared bool // known are those of the last build
}

// next is what a build begins with. Where no pod came or went the old ones all
// hold; otherwise those that are still there keep their pointers.
func (o others) next(settled bool) others {
	if settled {
		return others{known: o.known, shared: true}
	}
	return others{known: owners{}, before: o.known}
}

// of a pod.
func (o *others) of(p *Pod) *owner {
	if found := o.known[p.OwnerUID]; found != nil {
		return found
	}
	if o.shared || o.known == nil {
		known := make(owners, len(o.known)+1)
		maps.Copy(known, o.known)
		o.known, o.shared = known, false
	}
	found := o.before[p.OwnerUID]
	if found == nil {
		found = &owner{controller: p.Controller}
		if p.OwnerUID == "" {
			found.controller = Controller{Kind: KindPod}
		}
	}
	o.known[p.OwnerUID] = found
	return found
}

// within a namespace: the part of a list in order that is there.
func within[T any](list []*T, namespace string, ref func(*T) *Ref) []*T {
	compare := func(item *T, namespace string) int { return strings.Compare(ref(item).Namespace, namespace) }
	from, _ := slices.BinarySearchFunc(list, namespace, compare)
	to := from
	for to < len(list) && ref(list[to]).Namespace == namespace {
		to++
	}
	return list[from:to]
}
