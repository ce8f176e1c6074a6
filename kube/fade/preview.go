package fade

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"fader/kube"
	"fader/kube/rollout"
)

// Plan is the preview of a course: what all its steps change, the effect in
// words, who will fight it, and whether both Deployments may be written to. It
// writes nothing, and the gateway refuses to execute it: that is what Start is
// for. The name to type in a protected context is Plan.Word. An error is one
// sentence for a person: the course cannot be.
func (r *Runner) Plan(ctx context.Context, c Course) (rollout.Plan, error) {
	fresh := c.ID == ""
	if fresh {
		c.Cluster = r.here()
	}
	if err := r.sound(c); err != nil {
		return rollout.Plan{}, err
	}
	if err := r.free(c, fresh); err != nil {
		return rollout.Plan{}, err
	}
	feed := r.Watch(kube.Scope{Namespace: c.Subject().Namespace})
	defer feed.Stop()
	snapshot, err := live(ctx, feed)
	if err != nil {
		return rollout.Plan{}, err
	}
	s := look(c, snapshot)
	if err := possible(c, fresh, s); err != nil {
		return rollout.Plan{}, err
	}
	have := replicas{s.stable.level.Desired, s.canary.level.Desired}
	if fresh {
		c.Floor = min(c.Total, s.ready())
		c.Dip = dip(c, s)
	}
	p, ahead := r.draft(c, have, s), route(c, have, s)
	p.Warnings = append(p.Warnings, crowded(ahead, snapshot)...)
	for _, ref := range []kube.Ref{c.Stable, c.Canary} {
		if side := snapshot.Rollout(ref); side != nil { // what ready means here is worth knowing
			p.Notes = told(p.Notes, ref.Name, side.Remarks)
		}
	}
	return p, r.rehearse(ctx, r.Desk(feed.Health), ahead, &p)
}

// live is the first snapshot of a feed that is to be trusted, and that has what
// joins later: Services, their endpoints, and autoscalers.
func live(ctx context.Context, feed Feed) (*kube.Snapshot, error) {
	why := "it was not read yet"
	for {
		snapshot, err := feed.Next(ctx)
		if err != nil {
			return nil, fmt.Errorf("read the cluster (%s): %w", why, err)
		}
		if why = staleness(snapshot.Health); why != "" {
			continue
		}
		if why = awaited(snapshot.Health); why == "" {
			return snapshot, nil
		}
	}
}

// awaited names a resource that is still being read, "" for none.
func awaited(h kube.Health) string {
	for _, resource := range []string{"services", "endpointslices", "horizontalpodautoscalers"} {
		if h.Resources[resource].State == kube.Syncing {
			return resource + " are being read"
		}
	}
	return ""
}

// draft says what the course will do.
func (r *Runner) draft(c Course, have replicas, s sight) rollout.Plan {
	p := rollout.Plan{
		Intent: rollout.Intent{Verb: rollout.Verb(c.Kind), Target: c.Subject()}, Cluster: r.here(),
		Title: c.Title(), Action: action(c), MadeAt: r.Now(), Typed: c.Subject().Name,
	}
	ahead := route(c, have, s)
	for _, w := range ahead {
		p.Changes = append(p.Changes, rollout.Change{Path: w.target.String() + " " + w.path, Before: w.before, After: w.after})
	}
	if c.Kind == Hold {
		p.Effect = effectOfHold(c, s)
	} else {
		p.Effect = effectOfPair(c, have, s, ahead)
	}
	p.Notes = []string{"it stands in the journal before the first write: where fader is killed half-way, the next start offers to finish it or to take it back"}
	if s.canary.found && s.canary.paused || s.stable.paused && c.Kind != Hold {
		p.Warnings = append(p.Warnings, "one of the two is paused: it is scaled all the same, over its revisions in proportion")
	}
	return p
}

func action(c Course) string {
	if c.Return {
		return "Take back"
	}
	return strings.ToUpper(string(c.Kind[:1])) + string(c.Kind[1:])
}

// rehearse the first write of each kind to each Deployment: permission, dry run,
// who fights it, the kubectl lines.
func (r *Runner) rehearse(ctx context.Context, desk Desk, ahead []stage, p *rollout.Plan) error {
	lines := make(map[string]string) // of kubectl, up to what is written, by target and verb
	for _, w := range ahead {
		key := string(w.verb()) + w.target.Name
		if _, known := lines[key]; known {
			continue
		}
		if before := lines[string(rollout.Resume)+w.target.Name]; before != "" && w.verb() == rollout.Pause {
			lines[key] = strings.Replace(before, "rollout resume", "rollout pause", 1) // cannot be tried before it is resumed
			continue
		}
		sub, err := desk.Plan(ctx, w.intent(ahead))
		if err != nil {
			return err
		}
		p.Protected = p.Protected || sub.Protected
		p.Checks = append(p.Checks, checksOf(sub)...)
		p.Warnings = told(p.Warnings, w.target.Name, slices.DeleteFunc(sub.Warnings, silent))
		p.Notes = told(p.Notes, w.target.Name, sub.Notes)
		lines[key] = sub.Kubectl
	}
	p.Kubectl = commands(ahead, lines)
	return nil
}

// told adds what is said of one Deployment, with its name and each once.
func told(to []string, name string, texts []string) []string {
	for _, text := range texts {
		if text = name + ": " + text; !slices.Contains(to, text) {
			to = append(to, text)
		}
	}
	return to
}

// silent are warnings that are true of one write and not of the course: a side
// that goes to 0 is the point of it.
func silent(warning string) bool { return strings.HasPrefix(warning, "nothing will serve") }

// checksOf a rehearsal, with the Deployment's name. That it is unchanged is
// checked again before every write, and says nothing here.
func checksOf(sub rollout.Plan) []rollout.Check {
	var checks []rollout.Check
	for _, check := range sub.Checks {
		if !strings.HasPrefix(check.Name, "unchanged") {
			check.Name = sub.Target().Name + " " + check.Name
			checks = append(checks, check)
		}
	}
	return checks
}

func (w *stage) verb() rollout.Verb {
	switch {
	case w.path == "spec.replicas":
		return rollout.Scale
	case w.path == "spec.paused" && w.after == "true":
		return rollout.Pause
	case w.path == "spec.paused":
		return rollout.Resume
	}
	return rollout.SetImage
}

// commands are the equivalent lines of kubectl. A line of scaling is the first
// one's with another number; between a raise and what follows one waits.
func commands(ahead []stage, lines map[string]string) string {
	var all []string
	for i, w := range ahead {
		line := lines[string(w.verb())+w.target.Name]
		stem, first, scales := strings.Cut(line, "--replicas=")
		if scales && first != "" {
			line = stem + "--replicas=" + w.after
		}
		if line == "" || slices.Contains(all, line) && !scales {
			continue
		}
		all = append(all, line)
		if waits := i+1 < len(ahead) && ahead[i+1].target != w.target; waits {
			if stem, _, found := strings.Cut(line, " scale "); found {
				all = append(all, stem+" rollout status deployment/"+w.target.Name)
			}
		}
	}
	return strings.Join(all, "\n")
}
