package owner

import "fader/kube"

// Owner is the revision that a ReplicaSet is.
type Owner struct {
	Deployment kube.Ref // zero for none in sight
	Revision   int64    // 0 where unknown
	Current    bool     // it has the Deployment's template
}

// Index finds owners by the UID of their ReplicaSet.
type Index map[string]Owner

// Of reads the owners of a snapshot, once for all of its rows.
func Of(s *kube.Snapshot) Index {
	index := make(Index, len(s.ReplicaSets))
	for _, rs := range s.ReplicaSets {
		index[rs.Ref.UID] = Owner{Revision: rs.Revision}
	}
	for _, r := range s.Rollouts {
		for _, rev := range r.Revisions {
			rs := rev.ReplicaSet
			index[rs.Ref.UID] = Owner{Deployment: r.Deployment.Ref, Revision: rs.Revision, Current: rev.New}
		}
	}
	return index
}
