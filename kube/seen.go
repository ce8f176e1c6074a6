package kube

import "slices"

// seen is what earlier snapshots showed of a rollout and its objects do not tell any
// more. It grows by what each snapshot shows.
type seen struct {
	// complete and failed are UIDs of ReplicaSets, sorted: those that were rolled out
	// completely, and those that were the new one and broken, and never had a ready pod.
	complete, failed []string
	// template is the digest of the template that was complete last, and replicas how
	// many pods it had then; 0 where another template has been rolled out since.
	template uint64
	replicas int32
	// unsteady are UIDs of new pods, sorted, that were ready for less than
	// minReadySeconds and then not.
	unsteady []string
}

// settled says that the Deployment's present template was seen complete, and no
// other since.
func (s *seen) settled(d *Deployment) bool { return s.replicas > 0 && s.template == d.TemplateDigest }

// next is what is known after a snapshot, its rollout included.
func (s *seen) next(r *Rollout) seen {
	next := *s
	d, fresh := r.Deployment, r.NewRevision()
	if next.template != d.TemplateDigest {
		next.template, next.replicas = 0, 0
	}
	if d.IsObserved() && d.Verdict() == VerdictSuccess && d.Replicas.Desired > 0 {
		next.template, next.replicas = d.TemplateDigest, d.Replicas.Desired
		if fresh != nil {
			next.complete = with(next.complete, fresh.ReplicaSet.Ref.UID)
		}
	}
	next.unsteady = s.nextUnsteady(d, fresh)
	if fresh != nil {
		switch uid := fresh.ReplicaSet.Ref.UID; {
		case fresh.Ready() > 0 || slices.Contains(next.complete, uid):
			next.failed = without(next.failed, uid)
		case r.breaksItsPods():
			next.failed = with(next.failed, uid)
		}
	}
	return next
}

// nextUnsteady is what is known of them after a snapshot. A pod that was ready for long
// enough counts as available, and loses more than a start.
func (s *seen) nextUnsteady(d *Deployment, fresh *Revision) (uids []string) {
	if d.MinReady == 0 || fresh == nil || fresh.ReplicaSet.Available > 0 || d.IsObserved() && d.Verdict() == VerdictSuccess {
		return nil
	}
	for _, p := range fresh.live() {
		if p.LostReadiness || slices.Contains(s.unsteady, p.Ref.UID) {
			uids = with(uids, p.Ref.UID)
		}
	}
	return uids
}

// breaksItsPods says that pods of the new revision fail by what is in its template.
func (r *Rollout) breaksItsPods() bool {
	for i := range r.Causes {
		if c := &r.Causes[i]; c.Severity == Broken && c.Kind.ofTemplate() && !r.isOfOld(c.About) {
			return true
		}
	}
	return false
}

// isOfOld says that it is a pod of another revision than the new one.
func (r *Rollout) isOfOld(ref Ref) bool {
	for _, rev := range r.Revisions {
		if !rev.New && slices.ContainsFunc(rev.Pods, func(p *Pod) bool { return p.Ref == ref }) {
			return true
		}
	}
	return false
}

// with adds to a sorted list; the list itself stays as it is.
func with(list []string, item string) []string {
	at, found := slices.BinarySearch(list, item)
	if found || item == "" {
		return list
	}
	return slices.Insert(slices.Clone(list), at, item)
}

// without takes an item out of a sorted list; the list itself stays as it is.
func without(list []string, item string) []string {
	at, found := slices.BinarySearch(list, item)
	if !found {
		return list
	}
	if len(list) == 1 {
		return nil
	}
	return slices.Delete(slices.Clone(list), at, at+1)
}
