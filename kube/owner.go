package kube

// owner is what a ReplicaSet makes of its pods.
type owner struct {
	deployment Ref
	revision   int64
	current    bool // its template is the Deployment's
}

// owners by the UID of the ReplicaSet.
type owners map[string]owner

func (o owners) of(uid string) owner { return o[uid] }

// ownersOf all ReplicaSets. The last ones are kept where nothing has changed.
func ownersOf(joined []inputs, all []*ReplicaSet) owners {
	index := make(owners, len(all))
	for _, rs := range all {
		if rs.Ref.UID != "" {
			index[rs.Ref.UID] = owner{revision: rs.Revision}
		}
	}
	for i := range joined {
		newest := newReplicaSet(joined[i].deployment, joined[i].replicaSets)
		for _, rs := range joined[i].replicaSets {
			index[rs.Ref.UID] = owner{deployment: joined[i].deployment.Ref, revision: rs.Revision, current: rs == newest}
		}
	}
	return index
}
