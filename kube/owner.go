package kube

// owner is what a ReplicaSet, or another controller, makes of its pods. It keeps
// its pointer for as long as it says the same.
type owner struct {
	deployment Ref
	revision   int64
	current    bool // its template is the Deployment's
	// controller of the pods where deployment is zero.
	controller Controller
}

// owners by the UID of the ReplicaSet.
type owners map[string]*owner

// ownersOf all ReplicaSets, those without a Deployment included.
func ownersOf(joined []inputs, all []*ReplicaSet, previous owners) owners {
	index := make(owners, len(all))
	set := func(uid string, is owner) {
		if before := previous[uid]; before != nil && *before == is {
			index[uid] = before
			return
		}
		index[uid] = &is
	}
	for i := range joined {
		newest := newReplicaSet(joined[i].deployment, joined[i].replicaSets)
		for _, rs := range joined[i].replicaSets {
			set(rs.Ref.UID, owner{deployment: joined[i].deployment.Ref, revision: rs.Revision, current: rs == newest})
		}
	}
	for _, rs := range all {
		if rs.Ref.UID != "" && index[rs.Ref.UID] == nil {
			set(rs.Ref.UID, owner{revision: rs.Revision, controller: rs.controllerOfPods()})
		}
	}
	return index
}

// Owner tells which Deployment a ReplicaSet belongs to, by the ReplicaSet's UID
// (Pod.OwnerUID, ReplicaSet.Ref.UID), its revision, and whether its template is
// the Deployment's. The Deployment is zero where none in sight owns it, the
// revision 0 where the ReplicaSet is not in sight or its annotation is garbage.
func (s *Snapshot) Owner(ownerUID string) (deployment Ref, revision int64, current bool) {
	if o := s.made.owners[ownerUID]; o != nil {
		return o.deployment, o.revision, o.current
	}
	return Ref{}, 0, false
}
