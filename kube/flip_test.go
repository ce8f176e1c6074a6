package kube

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFlipChoices(t *testing.T) {
	colour := func(name string, ready int32, labels map[string]string) *Rollout {
		return &Rollout{Deployment: &Deployment{
			Ref: Ref{Kind: KindDeployment, Namespace: "shop", Name: name}, TemplateLabels: labels,
			Replicas: Replicas{Desired: 3, Ready: ready},
		}}
	}
	blue := colour("blue", 3, map[string]string{"app": "web", "version": "blue", "release": "r1"})
	green := colour("green", 2, map[string]string{"app": "web", "version": "green", "release": "r1"})
	grey := colour("grey", 3, map[string]string{"app": "web", "version": "grey"})
	other := colour("other", 3, map[string]string{"app": "cart", "version": "green"})
	elsewhere := colour("elsewhere", 3, map[string]string{"app": "web", "version": "green"})
	elsewhere.Deployment.Ref.Namespace = "data"
	s := &Snapshot{Rollouts: []*Rollout{blue, green, grey, other, elsewhere}}
	for name, test := range map[string]struct {
		selector map[string]string
		external bool
		want     []string
	}{
		"another value of one key":            {selector: map[string]string{"app": "web", "version": "blue"}, want: []string{"version=grey", "version=green"}},
		"a leftover key is to be taken out":   {selector: map[string]string{"app": "web", "version": "blue", "release": "r1"}, want: []string{"version=green", "release-,version=grey"}},
		"a selector of one key is the colour": {selector: map[string]string{"version": "blue"}, want: []string{"version=green", "version=grey"}},
		"no selector":                         {},
		"an alias":                            {selector: map[string]string{"version": "blue"}, external: true},
	} {
		t.Run(name, func(t *testing.T) {
			service := &Service{Ref: Ref{Namespace: "shop", Name: "web"}, Selector: test.selector}
			if test.external {
				service.Type = "ExternalName"
			}
			var changes []string
			for _, c := range FlipChoices(s, service) {
				changes = append(changes, c.Change)
			}
			require.Equal(t, test.want, changes)
		})
	}
}

func TestAFlipChoiceCountsPodsWhoeverOwnsThem(t *testing.T) {
	pod := func(name string, ready bool, labels map[string]string) *Pod {
		return &Pod{Ref: Ref{Kind: KindPod, Namespace: "shop", Name: name}, IsReady: ready, Labels: labels}
	}
	green := map[string]string{"app": "web", "version": "green"}
	own := []*Pod{pod("green-1", true, green), pod("green-2", false, green)}
	ended := pod("green-job", false, green)
	ended.Finished = true
	s := &Snapshot{
		Rollouts: []*Rollout{{
			Deployment: &Deployment{Ref: Ref{Namespace: "shop", Name: "green"}, TemplateLabels: green, Replicas: Replicas{Desired: 9, Ready: 9}},
			Revisions:  []*Revision{{Pods: own}},
		}},
		Pods: append([]*Pod{pod("blue", true, map[string]string{"app": "web", "version": "blue"}), ended, pod("store-0", true, green)}, own...),
	}
	service := &Service{Ref: Ref{Namespace: "shop", Name: "web"}, Selector: map[string]string{"app": "web", "version": "blue", "release": "r1"}}
	choices := FlipChoices(s, service)
	require.Equal(t, "release-,version=green", choices[0].Change)
	require.EqualValues(t, []int32{2, 3, 1}, []int32{choices[0].Ready, choices[0].Desired, choices[0].Others})
	s.Pods = nil
	require.EqualValues(t, 9, FlipChoices(s, service)[0].Desired, "pods may not be seen")
}
