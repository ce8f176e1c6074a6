package rollout

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"fader/kube"

	appsv1 "k8s.io/api/apps/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// Options of a Desk. Client, Journal, Health and Now are required.
type Options struct {
	Client  kubernetes.Interface
	Cluster Identity
	// ClusterUID reads the Identity's UID from the cluster, "" where that cannot be
	// done; it may take a moment. Nil knows none.
	ClusterUID func() string
	// ReadOnly refuses every write, dry runs included.
	ReadOnly bool
	// ReadOnlyBy names what says so, as "config.yaml:7"; "" where it is not known.
	ReadOnlyBy string
	// Protected asks for the object's name to be typed before a move is executed.
	Protected bool
	// Who is the user of the kubeconfig, else of the machine.
	Who     string
	Journal Recorder
	// Health of the watch that what is shown comes from.
	Health func() kube.Health
	// Snapshot is what is on the screen: plans look up the room on nodes in it. Nil
	// where there is none.
	Snapshot func() *kube.Snapshot
	Now      func() time.Time
}

// Recorder keeps receipts. *Journal is the one that fader uses.
type Recorder interface {
	// Record returns when the receipt is safe on disk, or says why it is not.
	Record(Receipt) error
}

// Desk is the gateway for writes to one cluster. Its methods may be called from
// several goroutines at once.
type Desk struct {
	Options
	client  kubernetes.Interface
	patcher patcher

	mu    sync.Mutex
	moves []Receipt // applied in this session and not taken back, the last one last
}

// NewDesk returns a desk that has not done anything yet.
func NewDesk(o Options) *Desk {
	return &Desk{Options: o, client: o.Client, patcher: patcherFor(o.Client)}
}

// attempts at a plan or a write while the status of the object moves on under it:
// in the burst of a rollout of many pods it does so between every read and patch.
const attempts = 25

// Plan works the intent out against the live object. It writes nothing. An error
// is one sentence for a person; a plan that was worked out but may not be
// executed comes back with a failed check (Plan.Blocked).
func (d *Desk) Plan(ctx context.Context, intent Intent) (Plan, error) {
	var plan Plan
	for range attempts {
		s, err := d.look(ctx, intent)
		if err != nil {
			return Plan{}, err
		}
		if plan.Blocked() != nil && plan.ResourceVersion == s.target.GetResourceVersion() {
			break // the object is what it was: the server objects to the change itself
		}
		if plan, err = draft(s, intent, d.Cluster.WithUID(d.ClusterUID), d.Now()); err != nil {
			return Plan{}, err
		}
		plan.Protected = d.Protected
		if moved := d.check(ctx, &plan); !moved {
			break
		}
	}
	return plan, nil
}

// check fills in the plan's checks, up to the first that fails. moved is true
// where the object has changed since it was read.
func (d *Desk) check(ctx context.Context, p *Plan) (moved bool) {
	if d.ReadOnly {
		p.Checks = append(p.Checks, Check{Name: checkWritable, Detail: d.readOnly()})
		return false
	}
	p.Checks = append(p.Checks, d.permitted(ctx, p))
	if p.Blocked() != nil {
		return false
	}
	rehearsal, moved := d.rehearse(ctx, p)
	p.Checks = append(p.Checks, rehearsal)
	if rehearsal.Passed {
		p.Checks = append(p.Checks, checkUnchanged(p))
	}
	return moved
}

// deployment reads the target as one.
func (d *Desk) deployment(ctx context.Context, target kube.Ref) (*appsv1.Deployment, error) {
	target.Kind = kube.KindDeployment
	o, err := d.get(ctx, target)
	if err != nil {
		return nil, err
	}
	return o.(*appsv1.Deployment), nil
}

func (d *Desk) get(ctx context.Context, target kube.Ref) (object, error) {
	of, err := servedAs(target.Kind)
	if err != nil {
		return nil, err
	}
	o, err := of.get(ctx, d.client, target)
	switch {
	case err == nil:
		return o, nil
	case apierrors.IsNotFound(err) && target.UID == "": // nobody has seen it: a name was given
		return nil, fmt.Errorf("%s not found", kube.Clean(target.String()))
	case apierrors.IsNotFound(err):
		return nil, fmt.Errorf("%s no longer exists", kube.Clean(target.String()))
	case errors.Is(err, context.Canceled):
		return nil, fmt.Errorf("read %s: %w", target, err)
	default:
		return nil, fmt.Errorf("cannot read %s: %w", target, sentence{err})
	}
}

// replicaSets that the Deployment controls: by the owner's UID, not by labels.
func (d *Desk) replicaSets(ctx context.Context, deployment *appsv1.Deployment) ([]*appsv1.ReplicaSet, error) {
	selector, err := metav1.LabelSelectorAsSelector(deployment.Spec.Selector)
	if err != nil {
		return nil, fmt.Errorf("cannot read the selector of %s/%s: %w", deployment.Namespace, deployment.Name, sentence{err})
	}
	list, err := d.client.AppsV1().ReplicaSets(deployment.Namespace).List(ctx, metav1.ListOptions{LabelSelector: selector.String()})
	if err != nil {
		return nil, fmt.Errorf("cannot read the ReplicaSets of %s/%s: %w", deployment.Namespace, deployment.Name, sentence{err})
	}
	var owned []*appsv1.ReplicaSet
	for i := range list.Items {
		if metav1.IsControlledBy(&list.Items[i], deployment) {
			owned = append(owned, &list.Items[i])
		}
	}
	return owned, nil
}

// sentence makes an error of the server fit to be read, and stays that error.
type sentence struct{ error }

func (s sentence) Error() string { return kube.Clean(explain(s.error)) }
func (s sentence) Unwrap() error { return s.error }

// in puts before it what could not be done.
func (s sentence) in(what string) error { return fmt.Errorf("%s: %w", what, s) }

// Last returns the last move applied in this session that can be taken back and
// has not been: its Plan.Inverse is the intent that does it.
func (d *Desk) Last() (Receipt, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.moves) == 0 {
		return Receipt{}, false
	}
	return d.moves[len(d.moves)-1], true
}

// LastMoves are the last move that can be taken back, with all others of its
// batch that can be; the last one first. None where there is none.
func (d *Desk) LastMoves() []Receipt {
	d.mu.Lock()
	defer d.mu.Unlock()
	var last []Receipt
	for _, r := range slices.Backward(d.moves) {
		if len(last) > 0 && (r.Batch == "" || r.Batch != last[0].Batch) {
			break
		}
		last = append(last, r)
	}
	return last
}

// remember keeps an applied move. One that takes back the last removes it
// instead, so that pressing the key again goes one further back.
func (d *Desk) remember(r Receipt) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i, done := range slices.Backward(d.moves) {
		if takesBack(r.Plan.Intent, *done.Plan.Inverse) {
			d.moves = slices.Delete(d.moves, i, i+1)
			return
		}
		if done.Batch == "" || done.Batch != d.moves[len(d.moves)-1].Batch {
			break // only the last move is taken back, or one of its batch
		}
	}
	if r.Plan.Inverse != nil {
		d.moves = append(d.moves, r)
	}
}

// takesBack compares an executed intent with an inverse. A ReplicaSet names its
// revision for ever; the number may have changed in between.
func takesBack(done, inverse Intent) bool {
	if inverse.ReplicaSet != "" {
		done.Revision, inverse.Revision = 0, 0
	}
	return done == inverse
}
