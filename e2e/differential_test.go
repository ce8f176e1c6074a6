package e2e

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"fader/kube/rollout"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"pgregory.net/rapid"
)

// histories is how many are tried, unless -rapid.checks says otherwise.
const histories = 25

// What kubectl's undo makes of a history, fader's makes of it too, but for what is
// documented: it keeps what people wrote into the annotations, and it undoes
// while paused, in one write. The same history is given to two Deployments that
// differ in their name; kubectl undoes one and fader the other.
//
// -rapid.seed repeats a run.
func TestUndoIsKubectlsUndo(t *testing.T) {
	bound(t, histories)
	s := ground(t)
	desk := s.gateway(s.kubeconfig())
	number, ends := 0, map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		number++
		twins := newTwins(rt, s, number)
		for i := range rapid.IntRange(2, 8).Draw(rt, "steps") {
			twins.step(rt, i)
		}
		if rapid.IntRange(0, 3).Draw(rt, "in the end paused") == 3 {
			twins.write(hold(true))
			twins.step(rt, 8)
		}
		for range rapid.IntRange(1, 2).Draw(rt, "undos") {
			end := twins.undo(rt, desk, rapid.SampledFrom([]int64{0, 0, 0, 1, 2, 3, 4, 5}).Draw(rt, "to revision"))
			ends[end]++
			if end == faderUndid {
				break // kubectl's twin is left behind
			}
		}
		twins.remove()
	})
	t.Logf("%d histories, the undo: %v", number, ends)
}

// bound sets how often rapid tries, where the command line does not.
func bound(t *testing.T, checks int) {
	t.Helper()
	const name = "rapid.checks"
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == name })
	if given {
		return
	}
	before := flag.Lookup(name).Value.String()
	require.NoError(t, flag.Set(name, strconv.Itoa(checks)))
	t.Cleanup(func() { _ = flag.Set(name, before) })
}

// How an undo can end, for both.
const (
	bothUndid   = "done"
	faderUndid  = "done by fader alone, since paused"
	bothSkipped = "skipped"
	bothRefused = "nowhere to go"
)

// twins are two Deployments with one history.
type twins struct {
	s       *site
	a, b    string // fader's, kubectl's
	limit   int32
	current map[string]*appsv1.Deployment
}

func newTwins(rt *rapid.T, s *site, number int) *twins {
	w := &twins{s: s, a: fmt.Sprintf("fader-%d", number), b: fmt.Sprintf("kubectl-%d", number), current: map[string]*appsv1.Deployment{}}
	replicas := rapid.SampledFrom([]int32{0, 0, 1}).Draw(rt, "replicas")
	w.limit = 10
	if replicas == 0 { // with pods, when the old ones are forgotten is not the same for both
		w.limit = rapid.SampledFrom([]int32{10, 10, 10, 10, 2, 1, 0}).Draw(rt, "revisionHistoryLimit")
	}
	marks := annotated("kubectl.kubernetes.io/last-applied-configuration", `{"first":true}`)
	for _, name := range []string{w.a, w.b} {
		w.current[name] = s.create(deployment(name, replicas, marks, func(d *appsv1.Deployment) { d.Spec.RevisionHistoryLimit = &w.limit }))
	}
	w.settle()
	return w
}

// step changes both in the same way: one to three changes in one write.
func (w *twins) step(rt *rapid.T, i int) {
	var changes []func(*appsv1.Deployment)
	for range rapid.IntRange(1, 3).Draw(rt, "changes") {
		name := rapid.SampledFrom(slices.Sorted(maps.Keys(edits()))).Draw(rt, "what")
		value := rapid.IntRange(0, 2).Draw(rt, "to")
		changes = append(changes, func(d *appsv1.Deployment) { edits()[name](d, value) })
	}
	if rapid.Bool().Draw(rt, "with cause") {
		changes = append(changes, annotated(causeAnnotation, fmt.Sprint("step ", i)))
	}
	w.write(changes...)
}

func (w *twins) write(changes ...func(*appsv1.Deployment)) {
	for _, name := range []string{w.a, w.b} {
		w.current[name] = w.s.edit(name, changes...)
	}
	w.settle()
}

// edits are what people do to a Deployment. Few values, so that templates come again.
func edits() map[string]func(*appsv1.Deployment, int) {
	main := func(d *appsv1.Deployment) *corev1.Container { return &d.Spec.Template.Spec.Containers[0] }
	return map[string]func(*appsv1.Deployment, int){
		"image":  func(d *appsv1.Deployment, v int) { main(d).Image = fmt.Sprint("registry.example/main:v", v) },
		"image ": func(d *appsv1.Deployment, v int) { main(d).Image = fmt.Sprint("registry.example/main:v", v) }, // twice as often
		"env": func(d *appsv1.Deployment, v int) {
			main(d).Env = []corev1.EnvVar{{Name: "LEVEL", Value: fmt.Sprint(v)}, {Name: "MODE", Value: "x"}}[:v]
		},
		"args":  func(d *appsv1.Deployment, v int) { main(d).Args = []string{"--verbose", "--fast"}[:v] },
		"label": func(d *appsv1.Deployment, v int) { put(&d.Spec.Template.Labels, "tier", v) },
		"note":  func(d *appsv1.Deployment, v int) { put(&d.Spec.Template.Annotations, "team.example/note", v) },
		"restart": func(d *appsv1.Deployment, v int) {
			put(&d.Spec.Template.Annotations, "kubectl.kubernetes.io/restartedAt", v)
		},
		"owner":     func(d *appsv1.Deployment, v int) { put(&d.Annotations, "team.example/owner", v) },
		"remark":    func(d *appsv1.Deployment, v int) { put(&d.Annotations, "team.example/remark", v) },
		"own label": func(d *appsv1.Deployment, v int) { put(&d.Labels, "team.example/owner", v) },
		"no cause":  func(d *appsv1.Deployment, _ int) { delete(d.Annotations, causeAnnotation) },
		"applied": func(d *appsv1.Deployment, v int) {
			put(&d.Annotations, "kubectl.kubernetes.io/last-applied-configuration", v)
		},
		"volume": func(d *appsv1.Deployment, v int) {
			all := []corev1.Volume{{Name: "scratch"}, {Name: "cache"}}
			d.Spec.Template.Spec.Volumes, main(d).VolumeMounts = nil, nil
			for _, volume := range all[:v] {
				volume.EmptyDir = &corev1.EmptyDirVolumeSource{}
				d.Spec.Template.Spec.Volumes = append(d.Spec.Template.Spec.Volumes, volume)
				main(d).VolumeMounts = append(main(d).VolumeMounts, corev1.VolumeMount{Name: volume.Name, MountPath: "/" + volume.Name})
			}
		},
		"sidecar": func(d *appsv1.Deployment, v int) {
			spec := &d.Spec.Template.Spec
			spec.Containers = spec.Containers[:1]
			if v > 0 {
				spec.Containers = append(spec.Containers, corev1.Container{Name: "side", Image: fmt.Sprint("registry.example/side:v", v)})
			}
		},
		"pause":  func(d *appsv1.Deployment, _ int) { d.Spec.Paused = true },
		"resume": func(d *appsv1.Deployment, _ int) { d.Spec.Paused = false },
		"ready":  func(d *appsv1.Deployment, v int) { d.Spec.MinReadySeconds = int32(v) }, // no template: undo leaves it
	}
}

// put sets a key to a value, or removes it for 0.
func put(m *map[string]string, key string, v int) {
	if v == 0 {
		delete(*m, key)
		return
	}
	if *m == nil {
		*m = map[string]string{}
	}
	(*m)[key] = fmt.Sprint("v", v)
}

// settle waits until the controller has forgotten what it will forget.
func (w *twins) settle() {
	w.s.t.Helper()
	for _, name := range []string{w.a, w.b} {
		w.s.until(name+" settled", func() bool {
			sets, old := w.s.sets(name), 0
			for _, set := range sets {
				if !sameTemplate(set, w.current[name]) {
					old++
				}
			}
			return old <= int(w.limit)
		})
	}
}

// sameTemplate compares as the Deployment controller does: without the hash label.
func sameTemplate(set *appsv1.ReplicaSet, d *appsv1.Deployment) bool {
	return equality.Semantic.DeepEqual(template(set), &d.Spec.Template)
}

func template(set *appsv1.ReplicaSet) *corev1.PodTemplateSpec {
	t := set.Spec.Template.DeepCopy()
	delete(t.Labels, appsv1.DefaultDeploymentUniqueLabelKey)
	return t
}

// undo has kubectl undo its twin and fader the other, compares, and returns how it ended.
func (w *twins) undo(rt *rapid.T, desk *rollout.Desk, revision int64) string {
	w.alike(rt, "before")
	before, meant := w.current[w.a], w.meant(revision)
	out, failed := w.s.tryKubectl("-n", faults, "rollout", "undo", "deployment/"+w.b, fmt.Sprint("--to-revision=", revision))
	plan, err := desk.Plan(w.s.t.Context(), undoOf(before, revision))
	switch {
	case failed != nil && strings.Contains(out, "paused"):
		require.NotNil(rt, meant, "kubectl looks for the revision first")
		if sameTemplate(meant, before) {
			require.ErrorContains(rt, err, "resume it instead")
			return bothSkipped
		}
		require.NoError(rt, err, "kubectl said: %s", out)
		w.execute(rt, desk, plan)
		want := before.Spec.DeepCopy()
		want.Template, want.Paused = *template(meant), false
		require.Equal(rt, *want, w.current[w.a].Spec)
		w.annotations(rt, before, meant)
		return faderUndid
	case failed != nil:
		require.Regexp(rt, "no rollout history found|unable to find specified revision", out)
		require.Nil(rt, meant)
		require.Error(rt, err, "kubectl said: %s", out)
		require.Regexp(rt, "nothing to go back to|does not exist any more|is not kept", err.Error())
		return bothRefused
	case strings.Contains(out, "skipped"):
		require.ErrorContains(rt, err, "skipped", "kubectl said: %s", out)
		return bothSkipped
	}
	require.NoError(rt, err, "kubectl said: %s", out)
	require.NotEmpty(rt, plan.Changes)
	w.execute(rt, desk, plan)
	w.current[w.b] = w.s.observed(w.b)
	w.settle()
	w.alike(rt, "after")
	w.annotations(rt, before, meant)
	theirs, ours := w.current[w.b].Annotations, w.current[w.a].Annotations
	for _, key := range []string{causeAnnotation, revisionAnnotation, "kubectl.kubernetes.io/last-applied-configuration"} {
		require.Equal(rt, theirs[key], ours[key], key)
	}
	var unlike []string
	for _, key := range []string{"team.example/owner", "team.example/remark"} {
		if theirs[key] != ours[key] {
			unlike = append(unlike, key)
		}
	}
	note := regexp.MustCompile(`unlike kubectl, which puts back all annotations.*`).FindString(strings.Join(plan.Notes, "\n"))
	told := regexp.MustCompile(`team\.example/\w+`).FindAllString(note, -1)
	require.ElementsMatch(rt, unlike, told, "what the plan says of kubectl is what kubectl did: %s", note)
	return bothUndid
}

// meant is the ReplicaSet of fader's twin that a revision names, 0 the second
// highest; nil where there is none. It is looked up here once more, in few words.
func (w *twins) meant(revision int64) *appsv1.ReplicaSet {
	sets := w.s.sets(w.a)
	numbers := slices.SortedFunc(maps.Keys(sets), func(x, y string) int { return atoi(y) - atoi(x) })
	switch {
	case revision > 0:
		return sets[fmt.Sprint(revision)]
	case len(numbers) < 2:
		return nil
	}
	return sets[numbers[1]]
}

func atoi(text string) int {
	n, _ := strconv.Atoi(text)
	return n
}

func (w *twins) execute(rt *rapid.T, desk *rollout.Desk, plan rollout.Plan) {
	require.Nil(rt, plan.Blocked(), "%v", plan.Checks)
	receipt := desk.Execute(w.s.t.Context(), plan, rollout.Confirmation{})
	require.Equal(rt, rollout.Applied, receipt.Result, receipt.Message)
	w.current[w.a] = w.s.observed(w.a)
}

// annotations requires that fader left all of them alone but the change-cause,
// which is the old revision's again, and the number, which is the controller's.
func (w *twins) annotations(rt *rapid.T, before *appsv1.Deployment, to *appsv1.ReplicaSet) {
	want, now := maps.Clone(before.Annotations), maps.Clone(w.current[w.a].Annotations)
	delete(want, causeAnnotation)
	if cause, had := to.Annotations[causeAnnotation]; had {
		want[causeAnnotation] = cause
	}
	delete(want, revisionAnnotation)
	delete(now, revisionAnnotation)
	require.Equal(rt, want, now)
}

// alike requires that the twins differ in nothing but what may differ: their specs,
// and the template of every revision.
func (w *twins) alike(rt *rapid.T, when string) {
	a, b := w.current[w.a], w.current[w.b]
	require.Equal(rt, nameless(a.Spec, w.a), nameless(b.Spec, w.b), "%s: spec", when)
	require.Equal(rt, a.Labels, b.Labels, "%s: labels", when)
	ours, theirs := map[string]string{}, map[string]string{}
	for number, set := range w.s.sets(w.a) {
		ours[number] = nameless(template(set), w.a) + set.Annotations[causeAnnotation]
	}
	for number, set := range w.s.sets(w.b) {
		theirs[number] = nameless(template(set), w.b) + set.Annotations[causeAnnotation]
	}
	require.Equal(rt, theirs, ours, "%s: revisions", when)
}

// nameless is an object as JSON without its name.
func nameless(object any, name string) string {
	text, err := json.Marshal(object)
	if err != nil {
		return err.Error()
	}
	return strings.ReplaceAll(string(text), `"`+name+`"`, `"(name)"`)
}

// remove takes both away, so that the next history does not run beside their pods.
func (w *twins) remove() {
	w.s.kubectl("-n", faults, "delete", "deployment", w.a, w.b, "--wait=false")
}
