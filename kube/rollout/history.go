package rollout

import (
	"context"
	"fmt"
	"time"

	"fader/kube"

	"sigs.k8s.io/yaml"
)

// longestTemplate bounds a template's YAML, in bytes.
const longestTemplate = 256 << 10

// History is what a Deployment can be taken back to. Its strings are sanitised.
type History struct {
	Target    kube.Ref
	ReadAt    time.Time
	Paused    bool
	Revisions []Past // newest first
}

// Past is one revision of a History.
type Past struct {
	Revision    int64 // 0 where the annotation is absent or unreadable
	ReplicaSet  string
	Created     time.Time
	Images      []string
	ChangeCause string
	// Changed says how it differs from the revision before where its images do not
	// tell: "restarted", "env LOG_LEVEL", "same as revision 3"; "" where they do.
	Changed string
	New     bool // has the Deployment's template: what runs, or is on its way
	Desired int32
	Ready   int32
	// Template is the pod template as YAML, several lines, without the label
	// pod-template-hash. Values of variables stand in it as in the cluster;
	// references to Secrets stay references.
	Template string
}

// History reads the revisions of a Deployment from the server.
func (d *Desk) History(ctx context.Context, target kube.Ref) (History, error) {
	deployment, err := d.deployment(ctx, target)
	if err != nil {
		return History{}, err
	}
	if target.UID != "" && target.UID != string(deployment.UID) {
		return History{}, fmt.Errorf("%s was deleted and created again since you pressed the key: look again", target)
	}
	sets, err := d.replicaSets(ctx, deployment)
	if err != nil {
		return History{}, err
	}
	target.Kind, target.UID = kube.KindDeployment, string(deployment.UID)
	history := History{Target: target, ReadAt: d.Now(), Paused: deployment.Spec.Paused}
	book := ledgerOf(deployment, sets)
	for i, r := range book {
		past, err := pastOf(r)
		if err != nil {
			return History{}, err
		}
		past.Changed = changeOf(book, i)
		history.Revisions = append(history.Revisions, past)
	}
	return history, nil
}

func pastOf(r revision) (Past, error) {
	template, err := yaml.Marshal(bare(&r.set.Spec.Template))
	if err != nil {
		return Past{}, fmt.Errorf("write the template of %s: %w", r, err)
	}
	set := kube.NewReplicaSet(r.set)
	return Past{
		Revision:    max(r.number, 0),
		ReplicaSet:  r.set.Name,
		Created:     set.Created,
		Images:      set.Images(),
		ChangeCause: set.ChangeCause,
		New:         r.isNew,
		Desired:     set.Desired,
		Ready:       set.Ready,
		Template:    kube.CleanText(string(template), longestTemplate),
	}, nil
}
