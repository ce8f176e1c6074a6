package fade

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"fader/kube"
)

// sight is what a course sees in one snapshot.
type sight struct {
	// stale says why what is seen is not to be trusted, "" where it is live.
	stale string
	// blind says why the Service's endpoints are not known, "" where they are.
	blind          string
	stable, canary side // of a Hold stable is the Target
	// others are ready endpoints of the Service that are of neither.
	others int32
}

// side is one Deployment as a course sees it.
type side struct {
	ref     kube.Ref
	found   bool
	version string // resourceVersion
	level   Level
	// current pods, terminating ones left out.
	current int32
	// observed: the controller has seen the present spec, and the numbers speak of it.
	observed bool
	paused   bool
	// rolling: pods of more than one template, or not yet all of the present one.
	rolling bool
	// complete, as kubectl rollout status has it.
	complete bool
	// why it is not, as the rollout's worst cause has it; "" where nothing more is
	// known than that it takes time.
	why string
	// missing says how many of its ready pods do not have which port of the Service;
	// "" for none.
	missing    string
	images     map[string]string // by container
	autoscaler string            // that scales it, "" for none in sight
	strategy   kube.Strategy
}

// endpoints that are ready; 0 where they are not known, which sight.blind tells.
func (s *side) endpoints() int32 {
	if s.level.Endpoints == nil {
		return 0
	}
	return *s.level.Endpoints
}

// ready endpoints of the pair.
func (s *sight) ready() int32 { return s.stable.endpoints() + s.canary.endpoints() }

// look reads what the course needs to know from a snapshot.
func look(c Course, snapshot *kube.Snapshot) sight {
	s := sight{stale: staleness(snapshot.Health)}
	if c.Kind == Hold {
		s.stable = sideOf(snapshot, c.Target)
		return s
	}
	s.stable, s.canary = sideOf(snapshot, c.Stable), sideOf(snapshot, c.Canary)
	if s.stale == "" {
		s.stale = oldEndpoints(snapshot.Health)
	}
	backend, blind := backendOf(snapshot, c.Service)
	if s.blind = blind; blind != "" {
		return s
	}
	count := readyBehind(backend)
	s.stable.level.Endpoints, s.canary.level.Endpoints = new(count[c.Stable]), new(count[c.Canary])
	s.stable.missing, s.canary.missing = missingPorts(backend, c.Stable), missingPorts(backend, c.Canary)
	s.others = max(0, int32(backend.Ready)-s.ready())
	return s
}

func staleness(h kube.Health) string {
	if !h.Stale() {
		return ""
	}
	text := fmt.Sprintf("what is shown is not live (%s)", h.State)
	if !h.Since.IsZero() {
		text = fmt.Sprintf("what is shown is not live (%s since %s)", h.State, h.Since.Local().Format(time.TimeOnly))
	}
	if h.Message != "" {
		text += ": " + h.Message
	}
	return text
}

// oldEndpoints says why endpoints may be old though Deployments and pods are live, ""
// where they are not: endpoints never make the whole stale.
func oldEndpoints(h kube.Health) string {
	for _, resource := range []string{"services", "endpointslices"} {
		if r := h.Resources[resource]; r.State == kube.Lagging || r.State == kube.Disconnected {
			return fmt.Sprintf("%s are not live (%s): %s", resource, r.State, r.Message)
		}
	}
	return ""
}

func sideOf(snapshot *kube.Snapshot, ref kube.Ref) side {
	s := side{ref: ref}
	r := snapshot.Rollout(ref)
	if r == nil {
		return s
	}
	d := r.Deployment
	s.found, s.version, s.current = true, d.ResourceVersion, d.Replicas.Current
	s.observed, s.paused = d.IsObserved(), d.Paused
	s.rolling = d.Replicas.Updated < d.Replicas.Current || d.Replicas.Updated < min(d.Replicas.Desired, d.Replicas.Current)
	s.complete = r.Verdict() == kube.VerdictSuccess
	s.strategy = d.Strategy
	s.level = Level{Desired: d.Replicas.Desired, Ready: d.Replicas.Ready, Available: d.Replicas.Available}
	if fresh := r.NewRevision(); fresh != nil {
		s.level.Updated = fresh.ReplicaSet.Available
		s.rolling = s.rolling || fresh.ReplicaSet.Current < d.Replicas.Current
	}
	if cause := r.Worst(); cause != nil && cause.Kind != kube.CauseWaiting {
		s.why = cause.Text
	}
	if r.Autoscaler != nil {
		s.autoscaler = r.Autoscaler.Ref.Name
	}
	s.images = make(map[string]string, len(d.Containers))
	for _, c := range d.Containers {
		s.images[c.Name] = c.Image
	}
	return s
}

// backendOf finds the Service, or says why its endpoints are not known.
func backendOf(snapshot *kube.Snapshot, service kube.Ref) (found *kube.Backend, blind string) {
	if snapshot.Backends == nil {
		return nil, "Services may not be seen, so that nobody can tell which pods are ready behind " + service.String()
	}
	for _, b := range snapshot.Backends {
		if b.Service.Ref == service {
			found = b
		}
	}
	switch {
	case found == nil:
		return nil, fmt.Sprintf("Service %s does not exist any more", service)
	case found.Unknown:
		return nil, fmt.Sprintf("the endpoints of %s are not known", service)
	case snapshot.Pods == nil:
		return nil, "pods may not be seen, so that nobody can tell whose the endpoints of " + service.String() + " are"
	}
	return found, ""
}

// readyBehind counts the pods that get traffic, by Deployment. Those on their way
// out do not count, even where the Service publishes them as ready, nor do those
// without a port that other endpoints have: they cannot take their place.
func readyBehind(b *kube.Backend) map[kube.Ref]int32 {
	seen := make(map[string]bool, len(b.Endpoints)) // a pod of two families has two endpoints
	count := make(map[kube.Ref]int32)
	for _, e := range b.Endpoints {
		if e.Ready && !e.Terminating && e.Pod.UID != "" && !seen[e.Pod.UID] && b.ServesAll(e) {
			seen[e.Pod.UID] = true
			count[e.Deployment]++
		}
	}
	return count
}

// missingPorts says how many pods of a Deployment are ready without which port of
// the Service: "2 pods do not have port http"; "" for none.
func missingPorts(b *kube.Backend, of kube.Ref) string {
	pods := make(map[string]map[string]bool) // by port
	for _, e := range b.Endpoints {
		if e.Deployment != of || e.Terminating || !e.NoPort && (!e.Ready || b.ServesAll(e)) {
			continue
		}
		for _, port := range e.Missing {
			if pods[port] == nil {
				pods[port] = make(map[string]bool)
			}
			pods[port][e.Pod.UID] = true
		}
	}
	var all []string
	for _, port := range slices.Sorted(maps.Keys(pods)) {
		all = append(all, kube.MissingPort(len(pods[port]), "pod", port))
	}
	return strings.Join(all, ", ")
}
