package kube

import (
	"slices"
	"strings"
)

// hasWaited is the kubelet's word that a pod has waited for its volumes long enough.
func (e *Event) hasWaited() bool {
	return e.Reason == "FailedMount" && (strings.HasPrefix(e.Message, "Unable to attach or mount volumes") || strings.HasPrefix(e.Message, "Unable to mount volumes"))
}

// isMountSummary is that word where it says no more. It alternates with what says why.
func (e *Event) isMountSummary() bool {
	_, failed, lists := strings.Cut(e.Message, "failed to process volumes=[")
	return e.hasWaited() && (!lists || strings.HasPrefix(failed, "]"))
}

// saysWhyUnmounted is a complaint about one volume.
func (e *Event) saysWhyUnmounted() bool {
	switch e.Reason {
	case "FailedMount", "FailedMapVolume", "FailedMountOnFilesystemMismatch":
		return e.Warning && !e.isMountSummary()
	}
	return false
}

// unmounted volumes that a summary lists, without those of tokens: they are called
// otherwise in every pod.
func (e *Event) unmounted() []string {
	_, after, _ := strings.Cut(e.Message, "unmounted volumes=[")
	list, _, _ := strings.Cut(after, "]")
	names := slices.DeleteFunc(strings.Fields(list), func(name string) bool { return strings.HasPrefix(name, "kube-api-access-") })
	slices.Sort(names)
	return names
}

// complaintVolume is the volume that a complaint names: the pod's own name for it, or
// that of the PersistentVolume.
func (e *Event) complaintVolume() string {
	_, after, _ := strings.Cut(e.Message, `for volume "`)
	volume, _, _ := strings.Cut(after, `"`)
	return volume
}

// restsOn reports whether an older complaint may still be why: the volume has not been
// mounted since. Of a PersistentVolume the summary does not tell.
func (e *Event) restsOn(why *Event) bool {
	if why.hasWaited() {
		return false // it failed to process a volume, and does not any more
	}
	said := strings.ToLower(why.Message)
	own := slices.ContainsFunc([]string{`secret "`, `configmap "`, "references non-existent", "not registered", "hostpath type check"}, func(sign string) bool { return strings.Contains(said, sign) })
	volume := why.complaintVolume()
	return !own || volume == "" || strings.HasPrefix(volume, "kube-api-access-") || slices.Contains(e.unmounted(), volume)
}

// mountSummary is the newest about the pod, nil for none.
func (s *situation) mountSummary(p *Pod) *Event { return s.newest(p, (*Event).isMountSummary) }

// awaited is the volumes that pods of one complaint wait for.
type awaited struct {
	*unset
	volume string          // that the complaint names
	lists  map[string]bool // what the pods' own summaries list
}

// awaits what the complaint is about; false where it is but a summary, or of no volume.
func (u *unset) awaits(s *situation) (w awaited, known bool) {
	if u.says.Reason != failedAttach && !u.says.saysWhyUnmounted() {
		return awaited{}, false
	}
	w = awaited{unset: u, volume: u.says.complaintVolume(), lists: make(map[string]bool)}
	for _, p := range u.pods {
		if own := s.mountSummary(p); own != nil {
			w.lists[strings.Join(own.unmounted(), " ")] = true
		}
	}
	return w, true
}

// joinSummaries puts pods of which there is but a summary to those of their revision
// whose kubelet says why: they wait for that volume, or for the same ones.
func joinSummaries(s *situation, all []*unset) []*unset {
	at := slices.IndexFunc(all, func(u *unset) bool { return u.says.isMountSummary() })
	if at < 0 {
		return all
	}
	bare := all[at]
	told := slices.Delete(all, at, at+1)
	var known []awaited
	for _, u := range told {
		if w, ok := u.awaits(s); ok {
			known = append(known, w)
		}
	}
	left := &unset{says: bare.says}
	for _, p := range bare.pods {
		lists := s.mountSummary(p).unmounted()
		same := slices.IndexFunc(known, func(w awaited) bool {
			return slices.Contains(lists, w.volume) || len(lists) > 0 && w.lists[strings.Join(lists, " ")]
		})
		if same < 0 {
			left.pods = append(left.pods, p)
			continue
		}
		known[same].pods = append(known[same].pods, p)
	}
	if len(left.pods) > 0 {
		told = append(told, left)
	}
	return told
}
