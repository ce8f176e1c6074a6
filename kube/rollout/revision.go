package rollout

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
)

const (
	revisionAnnotation    = "deployment.kubernetes.io/revision"
	changeCauseAnnotation = "kubernetes.io/change-cause"
	restartedAtAnnotation = "kubectl.kubernetes.io/restartedAt"
)

// garbage is the number of a ReplicaSet whose revision annotation is no number.
const garbage = int64(-1)

// revision is one ReplicaSet of the Deployment in its history.
type revision struct {
	number int64 // 0 where the annotation is absent, garbage where it cannot be read
	set    *appsv1.ReplicaSet
	isNew  bool // its template is the Deployment's
}

// pods that exist of the revision.
func (r revision) pods() int32 { return r.set.Status.Replicas }

// String names the revision for a person: by its number, else by its ReplicaSet.
func (r revision) String() string {
	if r.number <= 0 {
		return "ReplicaSet " + r.set.Name
	}
	return fmt.Sprintf("revision %d", r.number)
}

// ledger is the history of a Deployment, the highest number first; among equal
// numbers the youngest ReplicaSet first.
type ledger []revision

// ledgerOf orders the ReplicaSets of a Deployment. The new one is the oldest with
// the Deployment's template, as the Deployment controller has it.
func ledgerOf(d *appsv1.Deployment, sets []*appsv1.ReplicaSet) ledger {
	byAge := slices.Clone(sets)
	slices.SortFunc(byAge, olderFirst)
	current := slices.IndexFunc(byAge, func(rs *appsv1.ReplicaSet) bool {
		return sameTemplate(&rs.Spec.Template, &d.Spec.Template)
	})
	book := make(ledger, len(byAge))
	for i, rs := range byAge {
		book[i] = revision{number: numberOf(rs), set: rs, isNew: i == current}
	}
	slices.Reverse(book)
	slices.SortStableFunc(book, func(a, b revision) int { return int(sign(b.number - a.number)) })
	return book
}

func olderFirst(a, b *appsv1.ReplicaSet) int {
	if !a.CreationTimestamp.Equal(&b.CreationTimestamp) {
		return a.CreationTimestamp.Compare(b.CreationTimestamp.Time)
	}
	return strings.Compare(a.Name, b.Name)
}

func sign(n int64) int64 {
	if n < 0 {
		return -1
	}
	return min(n, 1)
}

func numberOf(rs *appsv1.ReplicaSet) int64 {
	text, found := rs.Annotations[revisionAnnotation]
	if !found {
		return 0
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return garbage
	}
	return n
}

// current is the revision that has the Deployment's template, nil where no
// ReplicaSet has it (yet, or because it was changed while paused).
func (l ledger) current() *revision {
	for i := range l {
		if l[i].isNew {
			return &l[i]
		}
	}
	return nil
}

// with is the oldest revision that has the template, nil for none: the controller
// takes that one up again and makes no other.
func (l ledger) with(t *corev1.PodTemplateSpec) *revision {
	var found *revision
	for i := range l {
		if sameTemplate(&l[i].set.Spec.Template, t) && (found == nil || olderFirst(l[i].set, found.set) < 0) {
			found = &l[i]
		}
	}
	return found
}

// next is the number that the controller will give to the revision it makes or revives.
func (l ledger) next() int64 {
	if len(l) == 0 {
		return 1
	}
	return max(l[0].number, 0) + 1
}

// numbered are the revisions with that number: none, one, or several where
// annotations have been copied about.
func (l ledger) numbered(n int64) ledger {
	var found ledger
	for _, r := range l {
		if r.number == n {
			found = append(found, r)
		}
	}
	return found
}

// previous number: the second highest, as kubectl has it; false where there is
// none. Unreadable numbers do not count.
func (l ledger) previous() (int64, bool) {
	for _, r := range l {
		if r.number != l[0].number && r.number != garbage {
			return r.number, true
		}
	}
	return 0, false
}

// numbers lists the readable numbers, lowest first: "3, 4, 5".
func (l ledger) numbers() string {
	var list []string
	for _, r := range slices.Backward(l) {
		text := strconv.FormatInt(r.number, 10)
		if r.number > 0 && !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	return strings.Join(list, ", ")
}

// sameTemplate compares as the Deployment controller does: without the hash label.
func sameTemplate(a, b *corev1.PodTemplateSpec) bool {
	return equality.Semantic.DeepEqual(bare(a), bare(b))
}

// bare is a copy of the template without the label that the controller adds.
func bare(t *corev1.PodTemplateSpec) *corev1.PodTemplateSpec {
	t = t.DeepCopy()
	delete(t.Labels, appsv1.DefaultDeploymentUniqueLabelKey)
	return t
}
