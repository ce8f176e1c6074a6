package rollout

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"fader/kube"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"
)

// appliedFields are what the API server notes for a Deployment applied with
// replicas and the image of one container.
const appliedFields = `{"f:spec":{"f:replicas":{},"f:selector":{},"f:template":{"f:metadata":{"f:labels":{"f:app":{}}},` +
	`"f:spec":{"f:containers":{"k:{\"name\":\"model\"}":{".":{},"f:image":{},"f:name":{}}}}}}}`

// withoutReplicas are the same of a manifest that leaves replicas out.
const withoutReplicas = `{"f:spec":{"f:selector":{},"f:template":{"f:metadata":{"f:labels":{"f:app":{}}},` +
	`"f:spec":{"f:containers":{"k:{\"name\":\"model\"}":{".":{},"f:image":{},"f:name":{}}}}}}}`

// createdFields are what the API server notes for whoever creates a Deployment
// without apply: the defaults that it filled in among them.
const createdFields = `{"f:metadata":{"f:labels":{".":{},"f:app":{}}},"f:spec":{"f:progressDeadlineSeconds":{},"f:replicas":{},` +
	`"f:revisionHistoryLimit":{},"f:selector":{},"f:strategy":{"f:rollingUpdate":{".":{},"f:maxSurge":{},"f:maxUnavailable":{}},"f:type":{}},` +
	`"f:template":{"f:metadata":{"f:labels":{".":{},"f:app":{}}},"f:spec":{"f:containers":{"k:{\"name\":\"model\"}":{".":{},"f:image":{},"f:name":{}}}}}}}`

func fieldEntry(manager string, operation metav1.ManagedFieldsOperationType, fields string) metav1.ManagedFieldsEntry {
	return metav1.ManagedFieldsEntry{
		Manager: manager, Operation: operation, APIVersion: "apps/v1", FieldsType: "FieldsV1", FieldsV1: metav1.NewFieldsV1(fields),
	}
}

func fieldsOwned(entries ...metav1.ManagedFieldsEntry) func(*appsv1.Deployment) {
	return func(d *appsv1.Deployment) { d.ManagedFields = entries }
}

// told are the warnings and notes of a plan about whoever sets fields again.
func told(p Plan) []string {
	var all []string
	for _, text := range append(p.Warnings, p.Notes...) {
		for _, word := range []string{"apply", "applied", "managed by", "owned by", "does not set"} {
			if strings.Contains(text, word) {
				all = append(all, text)
				break
			}
		}
	}
	return all
}

func TestWhatIsSetAgainIsWhatTheManifestHas(t *testing.T) {
	const apply, update = metav1.ManagedFieldsOperationApply, metav1.ManagedFieldsOperationUpdate
	image := Intent{Verb: SetImage, Images: "model=fraud:v9"}
	scale := Intent{Verb: Scale, Replicas: 4}
	kubectl := annotated(corev1.LastAppliedConfigAnnotation, manifestWith("fraud:v5"))
	argo := labelled("argocd.argoproj.io/instance", "ml")
	flux := labelled("kustomize.toolkit.fluxcd.io/name", "apps")
	helm := annotated("meta.helm.sh/release-name", "fraud")
	const (
		imagePath = `.spec.template.spec.containers[name="model"].image`
		last      = "the manifest of the last kubectl apply does not set "
		stays     = ": it stays until somebody changes it"
		gives     = "; `fader disown deployment/fraud` gives that up"
	)
	for name, c := range map[string]struct {
		d      *appsv1.Deployment
		intent Intent
		want   []string
	}{
		"kubectl apply, image":                                 {deploymentAt(5, kubectl), image, []string{"was made with kubectl apply: the next apply of its manifest sets the image again"}},
		"kubectl apply, pause":                                 {deploymentAt(5, kubectl), Intent{Verb: Pause}, []string{last + "spec.paused" + stays}},
		"kubectl apply, resume":                                {deploymentAt(5, kubectl, paused), Intent{Verb: Resume}, []string{last + "spec.paused" + stays}},
		"kubectl apply, restart":                               {deploymentAt(5, kubectl), Intent{Verb: Restart}, []string{last + "spec.template.metadata.annotations[kubectl.kubernetes.io/restartedAt]" + stays}},
		"kubectl apply, strategy":                              {deploymentAt(5, kubectl), Intent{Verb: SetStrategy, MaxSurge: "2"}, []string{last + "spec.strategy.rollingUpdate.maxSurge" + stays}},
		"kubectl apply, replicas that the manifest leaves out": {deploymentAt(5, kubectl), scale, []string{last + "spec.replicas" + stays}},
		"kubectl apply, back to what the manifest has":         {deploymentAt(9, kubectl), Intent{Verb: SetImage, Images: "model=fraud:v5"}, nil},
		"kubectl apply, an annotation that cannot be read":     {deploymentAt(5, annotated(corev1.LastAppliedConfigAnnotation, "{")), scale, []string{"was made with kubectl apply: the next apply sets replicas again if its manifest does"}},
		"kubectl apply, replicas of the manifest": {
			deploymentAt(5, annotated(corev1.LastAppliedConfigAnnotation, `{"spec":{"replicas":3}}`)), scale,
			[]string{"was made with kubectl apply: the next apply of its manifest sets replicas again"},
		},

		"Argo CD client-side, image":       {deploymentAt(5, argo, kubectl), image, []string{"managed by Argo CD (ml): out of sync from now on; self-heal or the next sync sets the image again"}},
		"Argo CD client-side, pause":       {deploymentAt(5, argo, kubectl), Intent{Verb: Pause}, []string{"Argo CD (ml) does not set spec.paused" + stays}},
		"Argo CD server-side, image":       {deploymentAt(5, argo, fieldsOwned(fieldEntry("argocd-controller", apply, appliedFields))), image, []string{"managed by Argo CD (ml): out of sync from now on; self-heal or the next sync sets the image again"}},
		"Argo CD server-side, no replicas": {deploymentAt(5, argo, fieldsOwned(fieldEntry("argocd-controller", apply, withoutReplicas))), scale, []string{"Argo CD (ml) does not set spec.replicas" + stays}},
		"Argo CD, taken before by hand": {
			deploymentAt(5, argo, fieldsOwned(fieldEntry("argocd-controller", apply, withoutReplicas), fieldEntry("kubectl-edit", update, `{"f:spec":{"f:replicas":{}}}`))), scale,
			[]string{"managed by Argo CD (ml): out of sync from now on, and reverted by self-heal or the next sync if its source sets replicas"},
		},

		"Flux, replicas":      {deploymentAt(5, flux, fieldsOwned(fieldEntry("kustomize-controller", apply, appliedFields))), scale, []string{"managed by Flux (apps): its next reconcile sets replicas again"}},
		"Flux, no replicas":   {deploymentAt(5, flux, fieldsOwned(fieldEntry("kustomize-controller", apply, withoutReplicas))), scale, []string{"Flux (apps) does not set spec.replicas" + stays}},
		"Flux, restart":       {deploymentAt(5, flux, fieldsOwned(fieldEntry("kustomize-controller", apply, appliedFields))), Intent{Verb: Restart}, []string{"Flux (apps) does not set spec.template.metadata.annotations[kubectl.kubernetes.io/restartedAt]" + stays}},
		"Flux, a label alone": {deploymentAt(5, flux), scale, []string{"managed by Flux (apps): reverted at the next reconcile if its source sets replicas"}},
		"Flux's HelmRelease":  {deploymentAt(5, labelled("helm.toolkit.fluxcd.io/name", "web")), scale, []string{"managed by Flux (web): its next Helm upgrade, or drift correction where it is on, sets replicas again if the chart sets it"}},

		"Helm 3, image":                     {deploymentAt(5, helm, fieldsOwned(fieldEntry("helm", update, createdFields))), image, []string{"managed by Helm (fraud): the next helm upgrade or rollback sets the image again"}},
		"Helm 3, replicas may be a default": {deploymentAt(5, helm, fieldsOwned(fieldEntry("helm", update, createdFields))), scale, []string{"managed by Helm (fraud): the next helm upgrade or rollback sets replicas again if the chart sets it"}},
		"Helm 3, restart":                   {deploymentAt(5, helm, fieldsOwned(fieldEntry("helm", update, createdFields))), Intent{Verb: Restart}, []string{"Helm (fraud) does not set spec.template.metadata.annotations[kubectl.kubernetes.io/restartedAt]" + stays}},
		"Helm 4, image":                     {deploymentAt(5, helm, fieldsOwned(fieldEntry("helm", apply, appliedFields))), image, []string{"managed by Helm (fraud): the next helm upgrade to another value is refused, conflict with \"fader\" on " + imagePath + gives}},
		"Helm 4, pause":                     {deploymentAt(5, helm, fieldsOwned(fieldEntry("helm", apply, appliedFields))), Intent{Verb: Pause}, []string{"Helm (fraud) does not set spec.paused" + stays}},

		"kubectl server-side":          {deploymentAt(5, fieldsOwned(fieldEntry("kubectl", apply, appliedFields))), scale, []string{`applied server-side by "kubectl": its next apply of another value is refused, conflict with "fader" on .spec.replicas` + gives}},
		"kubectl server-side, restart": {deploymentAt(5, fieldsOwned(fieldEntry("kubectl", apply, appliedFields))), Intent{Verb: Restart}, nil},
		"an operator that may force":   {deploymentAt(5, fieldsOwned(fieldEntry("model-operator", apply, appliedFields))), scale, []string{`applied server-side by "model-operator": its next apply sets .spec.replicas again where it forces conflicts, and is refused where not` + gives}},
		"fader owns it already": {
			deploymentAt(5, fieldsOwned(fieldEntry("kubectl", apply, withoutReplicas), fieldEntry("fader", update, `{"f:spec":{"f:replicas":{}}}`))), scale,
			[]string{`applied server-side by "kubectl": refused if it sets .spec.replicas, which fader owns since an earlier move` + gives},
		},
		"a status is nobody's apply": {deploymentAt(5, fieldsOwned(metav1.ManagedFieldsEntry{Manager: "x", Operation: apply, Subresource: "status"})), scale, nil},

		"a controller": {
			deploymentAt(5, helm, func(d *appsv1.Deployment) {
				d.OwnerReferences = []metav1.OwnerReference{{APIVersion: "serving.knative.dev/v1", Kind: "Revision", Name: "web-00004", Controller: new(true)}}
			}), scale, []string{"owned by Revision web-00004 (serving.knative.dev): its controller sets replicas back; change that instead"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			c.intent.Target = target()
			require.Equal(t, c.want, told(plan(t, sceneOf(c.d, set(4, 0), set(5, 3)), c.intent)))
		})
	}
}

func TestAFlipSaysWhoSetsTheSelectorBack(t *testing.T) {
	const applied = `{"spec":{"selector":{"app":"web","version":"blue"}}}`
	const stays = "the manifest of the last kubectl apply does not set spec.selector.track: it stays until somebody changes it"
	annotate := func(key, value string) func(*corev1.Service) {
		return func(s *corev1.Service) { s.Annotations = map[string]string{key: value} }
	}
	owned := func(s *corev1.Service) {
		s.OwnerReferences = []metav1.OwnerReference{{APIVersion: "flagger.app/v1beta1", Kind: "Canary", Name: "web", Controller: new(true)}}
	}
	hashed := func(s *corev1.Service) { s.Spec.Selector[kube.RolloutsHashKey] = "6d8f9" }
	const rollouts = "argo-rollouts.argoproj.io/managed-by-rollouts"
	for name, c := range map[string]struct {
		s      *corev1.Service
		change string
		want   []string
	}{
		"kubectl apply, a key of its manifest":   {web(annotate(corev1.LastAppliedConfigAnnotation, applied)), "version=green", []string{"was made with kubectl apply: the next apply of its manifest sets the selector again"}},
		"kubectl apply, a key that is taken out": {web(annotate(corev1.LastAppliedConfigAnnotation, applied)), "version-", []string{"was made with kubectl apply: the next apply of its manifest sets the selector again"}},
		"kubectl apply, a key that is added":     {web(annotate(corev1.LastAppliedConfigAnnotation, applied)), "track=a", []string{stays}},
		"Argo Rollouts":                          {web(annotate(rollouts, "web"), hashed), "version=green", []string{"managed by Argo Rollouts (web): it writes rollouts-pod-template-hash in this selector; promote or abort there"}},
		"Argo Rollouts' own key":                 {web(annotate(rollouts, "web"), hashed), "rollouts-pod-template-hash-", []string{"managed by Argo Rollouts (web): it sets rollouts-pod-template-hash back; promote or abort there"}},
		"Argo Rollouts, and kubectl apply for the rest": {
			web(hashed, annotate(corev1.LastAppliedConfigAnnotation, applied)), "version=green",
			[]string{
				"managed by Argo Rollouts: it writes rollouts-pod-template-hash in this selector; promote or abort there",
				"was made with kubectl apply: the next apply of its manifest sets the selector again",
			},
		},
		"Flagger": {web(owned), "version=green", []string{"owned by Canary web (flagger.app): its controller sets the selector back; change that instead"}},
		"Knative": {web(func(s *corev1.Service) { s.Labels = map[string]string{"serving.knative.dev/service": "web"} }), "version=green", []string{"managed by Knative (web): it sets the selector back; change it there"}},
		"server-side: a selector is one field": {
			web(func(s *corev1.Service) {
				s.ManagedFields = []metav1.ManagedFieldsEntry{fieldEntry("kubectl", metav1.ManagedFieldsOperationApply, `{"f:spec":{"f:selector":{}}}`)}
			}), "track=a",
			[]string{"applied server-side by \"kubectl\": its next apply of another value is refused, conflict with \"fader\" on .spec.selector; `fader disown service/web` gives that up"},
		},
		"nobody": {web(), "version=green", nil},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := flipPlan(t, front(c.s, colours(yes3, yes3)), c.change)
			require.NoError(t, err)
			require.Equal(t, c.want, told(p))
		})
	}
}

// helmApplies applies a Deployment server-side without force, as Helm 4 does.
func helmApplies(ctx context.Context, client *fake.Clientset, image string, replicas int) error {
	manifest := fmt.Sprintf(`{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"fraud","namespace":"ml"},"spec":{"replicas":%d,`+
		`"selector":{"matchLabels":{"app":"fraud"}},"template":{"metadata":{"labels":{"app":"fraud"}},"spec":{"containers":[{"name":"model","image":%q}]}}}}`, replicas, image)
	_, err := client.AppsV1().Deployments("ml").Patch(ctx, "fraud", types.ApplyPatchType, []byte(manifest), metav1.PatchOptions{FieldManager: "helm"})
	return err
}

// helmRelease is a cluster with a Deployment that Helm has applied server-side.
func helmRelease(t *testing.T) (*Desk, *fake.Clientset) {
	d := deploymentAt(5, fieldsOwned(fieldEntry("helm", metav1.ManagedFieldsOperationApply, appliedFields)))
	client := fake.NewClientset(d, set(4, 0), set(5, 3))
	client.PrependReactor("create", "selfsubjectaccessreviews", func(clienttesting.Action) (bool, runtime.Object, error) {
		return true, &authorizationv1.SelfSubjectAccessReview{Status: authorizationv1.SubjectAccessReviewStatus{Allowed: true}}, nil
	})
	return deskAt(t, wholeBench(), func(o *Options) { o.Client = client }), client
}

func made(t *testing.T, d *Desk, intent Intent) Receipt {
	t.Helper()
	intent.Target = target()
	r := d.Execute(t.Context(), planned(t, d, intent), Confirmation{})
	require.Equal(t, Applied, r.Result, r.Message)
	return r
}

func TestAMoveIsRefusedToTheApplierUntilFaderGivesItsFieldsUp(t *testing.T) {
	d, client := helmRelease(t)
	r := made(t, d, Intent{Verb: SetImage, Images: "model=fraud:v9"})
	require.Equal(t, []Taken{{Manager: "helm", Field: `.spec.template.spec.containers[name="model"].image`, Was: `"fraud:v5"`}}, r.Plan.Takes)
	require.ErrorContains(t, helmApplies(t.Context(), client, "fraud:v5", 3), `conflict with "fader"`)

	r = made(t, d, Intent{Verb: Disown})
	require.Equal(t, "gave up all of fader's fields of ml/fraud", r.Message)
	require.NoError(t, helmApplies(t.Context(), client, "fraud:v5", 3))
	_, err := d.Plan(t.Context(), Intent{Verb: Disown, Target: target()})
	require.EqualError(t, err, "fader owns no field of ml/fraud: there is nothing to give up")
}

func TestTakingAMoveBackGivesTheFieldBack(t *testing.T) {
	const image = `.spec.template.spec.containers[name="model"].image`
	for name, c := range map[string]struct {
		moves []Intent
		back  Intent
		gives bool
	}{
		"undo":                     {[]Intent{{Verb: SetImage, Images: "model=fraud:v9"}}, Intent{Verb: Undo, Revision: 5}, true},
		"the image that there was": {[]Intent{{Verb: SetImage, Images: "model=fraud:v9"}}, Intent{Verb: SetImage, Images: "model=fraud:v5"}, true},
		"after two moves":          {[]Intent{{Verb: SetImage, Images: "model=fraud:v9"}, {Verb: SetImage, Images: "model=fraud:v8"}}, Intent{Verb: Undo, Revision: 5}, true},
		"to another revision":      {[]Intent{{Verb: SetImage, Images: "model=fraud:v9"}}, Intent{Verb: Undo, Revision: 4}, false},
		"replicas":                 {[]Intent{{Verb: Scale, Replicas: 7}}, Intent{Verb: Scale, Replicas: 3}, true},
		"other replicas":           {[]Intent{{Verb: Scale, Replicas: 7}}, Intent{Verb: Scale, Replicas: 4}, false},
		"a field nobody applies":   {[]Intent{{Verb: Pause}}, Intent{Verb: Resume}, false},
	} {
		t.Run(name, func(t *testing.T) {
			d, client := helmRelease(t)
			for _, m := range c.moves {
				made(t, d, m)
			}
			r := made(t, d, c.back)
			live, err := client.AppsV1().Deployments("ml").Get(t.Context(), "fraud", metav1.GetOptions{})
			require.NoError(t, err)
			if !c.gives {
				require.Empty(t, r.Plan.Disowns)
				return
			}
			require.Contains(t, r.Message, " · fader gave up .spec.")
			require.Empty(t, told(r.Plan), "nobody fights what gives back what they have")
			require.Empty(t, ownFields(live))
			require.NoError(t, helmApplies(t.Context(), client, "fraud:v10", 4), "the next release")

			entries, err := d.Journal.(*Journal).Read()
			require.NoError(t, err)
			last := entries.Receipts[len(entries.Receipts)-1]
			require.Equal(t, Disown, last.Plan.Intent.Verb)
			require.Equal(t, Applied, last.Result)
		})
	}

	t.Run("what fader still holds stays its own", func(t *testing.T) {
		d, client := helmRelease(t)
		made(t, d, Intent{Verb: Scale, Replicas: 7})
		made(t, d, Intent{Verb: SetImage, Images: "model=fraud:v9"})
		require.Equal(t, []string{image, ".metadata.annotations.kubernetes.io/change-cause"}, made(t, d, Intent{Verb: Undo, Revision: 5}).Plan.Disowns)
		require.ErrorContains(t, helmApplies(t.Context(), client, "fraud:v5", 3), ".spec.replicas")
	})
	t.Run("what the applier has taken and lost since is not what it was", func(t *testing.T) {
		d, client := helmRelease(t)
		made(t, d, Intent{Verb: SetImage, Images: "model=fraud:v9"})
		made(t, d, Intent{Verb: Disown})
		require.NoError(t, helmApplies(t.Context(), client, "fraud:v6", 3))
		made(t, d, Intent{Verb: SetImage, Images: "model=fraud:v8"})
		require.Empty(t, made(t, d, Intent{Verb: Undo, Revision: 5}).Plan.Disowns, "helm has v6")
	})
}

func TestFieldsAreReadAsTheServerNamesThem(t *testing.T) {
	set := fieldsOf(new(fieldEntry("x", metav1.ManagedFieldsOperationUpdate, `{"f:metadata":{"f:annotations":{"f:a.b/c":{}}},`+
		`"f:spec":{"f:ports":{"k:{\"containerPort\":80,\"protocol\":\"TCP\"}":{".":{},"f:hostPort":{}}},"f:finalizers":{"v:\"a\"":{}},"f:list":{"i:0":{}}}}`)))
	require.Equal(t, []string{
		".metadata.annotations.a.b/c", `.spec.finalizers[="a"]`, ".spec.list[0]", `.spec.ports[containerPort=80,protocol="TCP"].hostPort`,
	}, set.leaves(""))
	port := func(host int64) any {
		return map[string]any{"spec": map[string]any{"ports": []any{map[string]any{"containerPort": int64(80), "protocol": "TCP", "hostPort": host}}}}
	}
	require.Equal(t, []changedField{{`.spec.ports[containerPort=80,protocol="TCP"].hostPort`, int64(1), int64(2)}}, set.changed(port(1), port(2)))
	require.Empty(t, set.changed(port(1), port(1)))
	require.Empty(t, set.without("", set.leaves("")))
	for _, broken := range []string{"", "[]", "{", `{"f:spec":1}`, `{"k:{":{}}`} {
		require.NotPanics(t, func() { fieldsOf(new(fieldEntry("x", "Update", broken))).changed(port(1), port(2)) }, broken)
	}
}
